import { randomUUID } from 'node:crypto'
import { ProductPage } from '@kiosk/contracts/http/catalog-view'
import { getOrderTimeline, OrderView } from '@kiosk/contracts/http/orders'
import { PaymentView, RefundView } from '@kiosk/contracts/http/payments'
import { SessionView } from '@kiosk/contracts/http/users-auth'
import { formatMoney } from '@kiosk/contracts/primitives/money'
import type { Gateway } from '../gateway.ts'
import { CUSTOMER_ADDRESS, DEVELOPMENT_PASSWORD, signIn, STAFF_EMAIL } from '../seed/accounts.ts'
import { step, type StepView } from '../step.ts'
import { eventually, expectThat } from './eventually.ts'
import { waitForMail } from './mailbox.ts'

const SEARCH = 'coffee'
const QUANTITY = 2
const SETTLED_WITHIN_MS = 30_000
const TRACKING = { carrier: 'DHL', number: `JD${Date.now()}` }

const PAID = {
  expected: 'an order that is processing and paid',
  isIt: (order: OrderView) => order.status === 'processing' && order.paymentStatus === 'paid',
}
const REFUNDED = {
  expected: 'an order whose payment is refunded',
  isIt: (order: OrderView) => order.paymentStatus === 'refunded',
}

/** An order from the first visit to the refund, as a customer and the staff live it. */
export async function playJourney(gateway: Gateway): Promise<void> {
  const customer = await step('Register', ({ say }) => register(gateway, say))
  const sku = await step('Search', ({ say }) => search(customer, say))
  const placed = await step('Order', ({ say }) => placeOrder(customer, sku, say))
  const payment = await step('Pay', ({ say }) => pay(customer, placed, say))
  await step('Order reaches processing', ({ say }) => watch(customer, placed.id, PAID, say))
  await mail(customer, 'order_confirmed', placed.id)

  const staff = await step('Staff signs in', ({ say }) => signInAsStaff(gateway, say))
  await step('Staff ships', ({ say }) =>
    changeStatus(staff, placed.id, { status: 'shipped', tracking: TRACKING }, say),
  )
  await mail(customer, 'order_shipped', placed.id, TRACKING.number)
  await step('Staff marks as delivered', ({ say }) =>
    changeStatus(staff, placed.id, { status: 'delivered' }, say),
  )
  await mail(customer, 'order_delivered', placed.id)

  await step('Staff refunds in full', ({ say }) => refund(staff, payment, say))
  await step('Payment is refunded', ({ say }) => watchPayment(customer, payment.id, say))
  await step('Order is refunded', ({ say }) => watch(customer, placed.id, REFUNDED, say))
  await mail(customer, 'payment_refunded', placed.id)
  await step('Timeline', ({ say }) => readTimeline(customer, placed.id, say))
}

type Say = StepView['say']

async function register(gateway: Gateway, say: Say): Promise<Gateway> {
  const email = `demo-${randomUUID()}@kiosk.test`
  const account = { email, password: DEVELOPMENT_PASSWORD, name: 'Demo Customer' }
  const { user, accessToken } = await gateway.post('/v1/auth/register', account, SessionView)
  say(`${user.id} ${user.email}`)
  return gateway.as(accessToken)
}

async function search(customer: Gateway, say: Say): Promise<string> {
  const { items } = await customer.get(`/v1/products?q=${SEARCH}&inStock=true`, ProductPage)
  const found = items
    .flatMap((product) => product.variants.map((variant) => ({ product, variant })))
    .find(({ variant }) => variant.stock.available >= QUANTITY)
  if (found === undefined) {
    throw new Error(`expected a product for "${SEARCH}" with ${QUANTITY} in stock, got none`)
  }
  const { product, variant } = found
  const price = formatMoney(variant.price, 'en')
  say(`${items.length} products for "${SEARCH}"; ${product.name} ${variant.sku}, ${price}`)
  return variant.sku
}

async function placeOrder(customer: Gateway, sku: string, say: Say): Promise<OrderView> {
  const body = { lines: [{ sku, quantity: QUANTITY }], shippingAddress: CUSTOMER_ADDRESS }
  const order = await customer.post('/v1/orders', body, OrderView, randomUUID())
  expectThat(order.status === 'pending', 'a pending order', order)
  say(`${order.id} no. ${order.number}, ${formatMoney(order.total, 'en')}, ${order.status}`)
  return order
}

async function pay(customer: Gateway, order: OrderView, say: Say): Promise<PaymentView> {
  const body = { orderId: order.id, token: 'tok_ok' }
  const payment = await customer.post('/v1/payments', body, PaymentView, randomUUID())
  expectThat(payment.status === 'succeeded', 'a payment that succeeded', payment)
  say(`${payment.id} ${formatMoney(payment.amount, 'en')}, ${payment.status}`)
  return payment
}

async function watch(
  customer: Gateway,
  orderId: string,
  { expected, isIt }: { expected: string; isIt: (order: OrderView) => boolean },
  say: Say,
): Promise<void> {
  const order = await eventually({
    expected,
    withinMs: SETTLED_WITHIN_MS,
    look: () => customer.get(`/v1/orders/${orderId}`, OrderView),
    isIt,
  })
  say(`${order.status}, ${order.paymentStatus}, version ${order.version}`)
}

async function watchPayment(customer: Gateway, paymentId: string, say: Say): Promise<void> {
  const payment = await eventually({
    expected: 'a payment that is refunded',
    withinMs: SETTLED_WITHIN_MS,
    look: () => customer.get(`/v1/payments/${paymentId}`, PaymentView),
    isIt: ({ status }) => status === 'refunded',
  })
  say(`${payment.status}, ${formatMoney(payment.refundedAmount, 'en')}`)
}

async function mail(
  customer: Gateway,
  template: Parameters<typeof waitForMail>[1],
  orderId: string,
  mention?: string,
): Promise<void> {
  await step(`Mail ${template}`, async ({ say }) => {
    const { id, subject, to, text } = await waitForMail(customer, template, orderId)
    expectThat(text.includes(mention ?? ''), `a mail that mentions ${mention}`, text)
    say(`${id} "${subject}" to ${to}`)
  })
}

async function signInAsStaff(gateway: Gateway, say: Say): Promise<Gateway> {
  const staff = await signIn(gateway, STAFF_EMAIL, DEVELOPMENT_PASSWORD)
  say(STAFF_EMAIL)
  return staff
}

async function changeStatus(
  staff: Gateway,
  orderId: string,
  change: { status: OrderView['status']; tracking?: typeof TRACKING },
  say: Say,
): Promise<void> {
  const order = await staff.patch(`/v1/orders/${orderId}/status`, change, OrderView)
  expectThat(order.status === change.status, `an order that is ${change.status}`, order)
  const { tracking } = order
  say(order.status + (tracking ? `, ${tracking.carrier} ${tracking.number}` : ''))
}

async function refund(staff: Gateway, payment: PaymentView, say: Say): Promise<void> {
  const path = `/v1/payments/${payment.id}/refunds`
  const body = { reason: 'The customer changed their mind' }
  const answer = await staff.post(path, body, RefundView, randomUUID())
  expectThat(answer.status !== 'failed', 'a refund that does not fail', answer)
  say(`${answer.id} ${formatMoney(answer.amount, 'en')}, ${answer.status}`)
}

const Timeline = getOrderTimeline.responses[200].content['application/json'].schema

async function readTimeline(customer: Gateway, orderId: string, say: Say): Promise<void> {
  const { items } = await customer.get(`/v1/orders/${orderId}/timeline`, Timeline)
  expectThat(items.length > 0, 'a timeline with entries', items)
  say(items.map((entry) => entry.type).join(' → '))
}
