import type { PlaceOrderRequest } from '@kiosk/contracts/http/orders'
import type { InitiatePaymentRequest } from '@kiosk/contracts/http/payments'
import { ProblemError } from '@kiosk/kit/problem'
import { cancelOrder } from '../../../workers/orders/src/operations/cancel-order.ts'
import { placeOrder } from '../../../workers/orders/src/operations/place-order.ts'
import { confirmPayment } from '../../../workers/payments/src/operations/confirm-payment.ts'
import { initiatePayment } from '../../../workers/payments/src/operations/initiate-payment.ts'
import { loadPayment } from '../../../workers/payments/src/store/payment-store.ts'
import { SKUS, type Person } from '../shop/shop.ts'
import type { Ask } from './book.ts'
import { choose, type Act, type Scene } from './cast.ts'

const CARDS = {
  tok_ok: 10,
  tok_declined: 2,
  tok_insufficient_funds: 1,
  tok_3ds: 6,
  tok_no_answer: 3,
  tok_slow: 2,
  tok_nonsense: 1,
} as const

const shippingAddress = {
  name: 'Ada',
  line1: 'Street 1',
  city: 'Berlin',
  postalCode: '10115',
  country: 'DE',
}

function basket({ shop }: Scene): PlaceOrderRequest {
  const { random } = shop.platform
  // YEN is priced in another currency: alone it can be bought, with others it is refused.
  const wanted = random.chance(0.1) ? random.some(SKUS, 0.5) : random.some(SKUS.slice(0, 4), 0.4)
  const skus = wanted.length > 0 ? wanted : [random.pick(SKUS)]
  const lines = skus.map((sku) => ({ sku: sku ?? 'MUG', quantity: random.int(1, 2) }))
  const again = random.chance(0.1) ? lines.slice(0, 1) : []
  return { lines: [...lines, ...again], shippingAddress }
}

function newAsk<Body>(scene: Scene, route: Ask['route'], who: Person, body: Body): Ask<Body> {
  return { route, who, key: crypto.randomUUID(), body, madeAt: scene.shop.platform.clock.now }
}

function sendOrder({ shop, book }: Scene, ask: Ask<PlaceOrderRequest>): void {
  const { who, key: idempotencyKey, body: request } = ask
  const order = { customerId: who.id, idempotencyKey, request }
  void book.ask(ask, () =>
    shop.request('orders', 'place order', who, () => placeOrder(shop.deps.orders, order)),
  )
}

function sendPayment({ shop, book }: Scene, ask: Ask<InitiatePaymentRequest>): void {
  const { who, key: idempotencyKey, body: request } = ask
  const payment = { principalId: who.id, customerId: who.id, idempotencyKey, request }
  void book.ask(ask, () =>
    shop.request('payments', 'pay', who, () => initiatePayment(shop.deps.payments, payment)),
  )
}

export const order: Act = (scene) =>
  sendOrder(scene, newAsk(scene, 'order', scene.shop.people.anybody(), basket(scene)))

/** Two tabs, or an impatient client: the same request twice at once. */
export const orderTwice: Act = (scene) => {
  const ask = newAsk(scene, 'order', scene.shop.people.anybody(), basket(scene))
  sendOrder(scene, ask)
  sendOrder(scene, ask)
}

function payWith(scene: Scene, where: string, times: number): void {
  const { random } = scene.shop.platform
  const found = choose(scene, 'orders', 'orders', where)
  if (found === undefined) return
  const who: Person = { id: String(found['customer_id']), role: 'customer' }
  for (let time = 0; time < times; time++) {
    const body = { orderId: String(found['id']), token: random.weighted(CARDS) }
    sendPayment(scene, newAsk(scene, 'payment', who, body))
  }
}

export const pay: Act = (scene) => payWith(scene, `status = 'pending'`, 1)

/** Whatever has become of the order. */
export const payAnything: Act = (scene) => payWith(scene, 'true', 1)

/** Two tabs, each with its own key and perhaps another card. */
export const payTwice: Act = (scene) => payWith(scene, `status = 'pending'`, 2)

/** The same request again, as a client does that had no answer; sometimes with another body. */
export const askAgain: Act = (scene) => {
  const { random } = scene.shop.platform
  const route = random.pick(['order', 'payment'] as const)
  const ask = random.pick(scene.book.asks(route))
  if (ask === undefined) return
  const isOtherBody = random.chance(0.15)
  if (route === 'order') {
    const body = isOtherBody ? basket(scene) : (ask.body as PlaceOrderRequest)
    sendOrder(scene, isOtherBody ? { ...ask, body } : (ask as Ask<PlaceOrderRequest>))
  } else {
    const request = ask.body as InitiatePaymentRequest
    const body = { ...request, token: random.weighted(CARDS) }
    sendPayment(scene, isOtherBody ? { ...ask, body } : (ask as Ask<InitiatePaymentRequest>))
  }
}

/** 3-D Secure: confirms a payment, mostly one that waits for it. */
export const confirm: Act = (scene) => {
  const { shop, book } = scene
  const isWaiting = shop.platform.random.chance(0.9)
  const found = choose(
    scene,
    'payments',
    'payments',
    isWaiting ? `status = 'requires_action'` : 'true',
  )
  if (found === undefined) return
  const who: Person = { id: String(found['customer_id']), role: 'customer' }
  const { payments } = shop.deps
  void book.attempt('confirm', () =>
    shop.request('payments', 'confirm', who, async () => {
      const payment = await loadPayment(payments.db, String(found['id']))
      if (payment === null) throw new ProblemError('not_found')
      return confirmPayment(payments, payment)
    }),
  )
}

export const cancel: Act = (scene) => {
  const { shop, book } = scene
  const isOpen = shop.platform.random.chance(0.8)
  const found = choose(scene, 'orders', 'orders', isOpen ? `status = 'pending'` : 'true')
  if (found === undefined) return
  const who: Person = { id: String(found['customer_id']), role: 'customer' }
  const wish = { orderId: String(found['id']), reason: 'customer', mayCancel: () => true } as const
  void book.attempt('cancel', () =>
    shop.request('orders', 'cancel', who, () => cancelOrder(shop.deps.orders, wish)),
  )
}
