import { randomUUID } from 'node:crypto'
import {
  changeOrderStatus,
  createKiosk,
  getOrder,
  getOrderTimeline,
  getPayment,
  initiatePayment,
  type Kiosk,
  listProducts,
  login,
  type Order,
  type Payment,
  placeOrder,
  refundPayment,
  register,
} from '@kiosk/client'
import { formatMoney } from '@kiosk/contracts/primitives/money'
import { CUSTOMER_ADDRESS, DEVELOPMENT_PASSWORD, STAFF_EMAIL } from '../seed/accounts.ts'
import { step, type StepView } from '../step.ts'
import { eventually, expectThat } from './eventually.ts'
import { waitForMail } from './mailbox.ts'

const SEARCH = 'coffee'
const QUANTITY = 2
const SETTLED_WITHIN_MS = 30_000
const TRACKING = { carrier: 'DHL', number: `JD${Date.now()}` }

const PAID = {
  expected: 'an order that is processing and paid',
  isIt: (order: Order) => order.status === 'processing' && order.paymentStatus === 'paid',
}
const REFUNDED = {
  expected: 'an order whose payment is refunded',
  isIt: (order: Order) => order.paymentStatus === 'refunded',
}

/** An order from the first visit to the refund, as a customer and the staff live it. */
export async function playJourney(baseUrl: string): Promise<void> {
  const customer = await step('Register', ({ say }) => signUp(baseUrl, say))
  const sku = await step('Search', ({ say }) => search(customer, say))
  const placed = await step('Order', ({ say }) => order(customer, sku, say))
  const payment = await step('Pay', ({ say }) => pay(customer, placed, say))
  await step('Order reaches processing', ({ say }) => watch(customer, placed.id, PAID, say))
  await mail(customer, 'order_confirmed', placed.id)

  const staff = await step('Staff signs in', ({ say }) => signInAsStaff(baseUrl, say))
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

async function signUp(baseUrl: string, say: Say): Promise<Kiosk> {
  const email = `demo-${randomUUID()}@kiosk.test`
  const body = { email, password: DEVELOPMENT_PASSWORD, name: 'Demo Customer' }
  const { user, accessToken } = await register({ client: createKiosk({ baseUrl }), body })
  say(`${user.id} ${user.email}`)
  return createKiosk({ baseUrl, accessToken })
}

async function search(client: Kiosk, say: Say): Promise<string> {
  const { items } = await listProducts({ client, query: { q: SEARCH, inStock: true } })
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

async function order(client: Kiosk, sku: string, say: Say): Promise<Order> {
  const body = { lines: [{ sku, quantity: QUANTITY }], shippingAddress: CUSTOMER_ADDRESS }
  const placed = await placeOrder({ client, body })
  expectThat(placed.status === 'pending', 'a pending order', placed)
  say(`${placed.id} no. ${placed.number}, ${formatMoney(placed.total, 'en')}, ${placed.status}`)
  return placed
}

async function pay(client: Kiosk, { id: orderId }: Order, say: Say): Promise<Payment> {
  const payment = await initiatePayment({ client, body: { orderId, token: 'tok_ok' } })
  expectThat(payment.status === 'succeeded', 'a payment that succeeded', payment)
  say(`${payment.id} ${formatMoney(payment.amount, 'en')}, ${payment.status}`)
  return payment
}

async function watch(
  client: Kiosk,
  id: string,
  { expected, isIt }: { expected: string; isIt: (order: Order) => boolean },
  say: Say,
): Promise<void> {
  const order = await eventually({
    expected,
    withinMs: SETTLED_WITHIN_MS,
    look: () => getOrder({ client, path: { id } }),
    isIt,
  })
  say(`${order.status}, ${order.paymentStatus}, version ${order.version}`)
}

async function watchPayment(client: Kiosk, id: string, say: Say): Promise<void> {
  const payment = await eventually({
    expected: 'a payment that is refunded',
    withinMs: SETTLED_WITHIN_MS,
    look: () => getPayment({ client, path: { id } }),
    isIt: ({ status }) => status === 'refunded',
  })
  say(`${payment.status}, ${formatMoney(payment.refundedAmount, 'en')}`)
}

async function mail(
  customer: Kiosk,
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

async function signInAsStaff(baseUrl: string, say: Say): Promise<Kiosk> {
  const body = { email: STAFF_EMAIL, password: DEVELOPMENT_PASSWORD }
  const { accessToken } = await login({ client: createKiosk({ baseUrl }), body })
  say(STAFF_EMAIL)
  return createKiosk({ baseUrl, accessToken })
}

async function changeStatus(
  client: Kiosk,
  id: string,
  change: { status: 'shipped' | 'delivered'; tracking?: typeof TRACKING },
  say: Say,
): Promise<void> {
  const changed = await changeOrderStatus({ client, path: { id }, body: change })
  expectThat(changed.status === change.status, `an order that is ${change.status}`, changed)
  const { tracking } = changed
  say(changed.status + (tracking ? `, ${tracking.carrier} ${tracking.number}` : ''))
}

async function refund(client: Kiosk, { id }: Payment, say: Say): Promise<void> {
  const body = { reason: 'The customer changed their mind' }
  const answer = await refundPayment({ client, path: { id }, body })
  expectThat(answer.status !== 'failed', 'a refund that does not fail', answer)
  say(`${answer.id} ${formatMoney(answer.amount, 'en')}, ${answer.status}`)
}

async function readTimeline(client: Kiosk, id: string, say: Say): Promise<void> {
  const { items } = await getOrderTimeline({ client, path: { id } })
  expectThat(items.length > 0, 'a timeline with entries', items)
  say(items.map((entry) => entry.type).join(' → '))
}
