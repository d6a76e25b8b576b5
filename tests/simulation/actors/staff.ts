import type { RefundRequest } from '@kiosk/contracts/http/payments'
import { ProblemError } from '@kiosk/kit/problem'
import {
  adjustStock,
  setStock,
  splitStock as splitStockInto,
} from '../../../workers/inventory/src/operations/change-stock.ts'
import {
  commitByHand,
  releaseByHand,
  reserveByHand,
} from '../../../workers/inventory/src/operations/reserve-by-hand.ts'
import { cancel, deliver, ship, type Order } from '../../../workers/orders/src/domain/order.ts'
import { changeOrder } from '../../../workers/orders/src/operations/change-order.ts'
import { refundPayment } from '../../../workers/payments/src/operations/refund-payment.ts'
import { loadPayment } from '../../../workers/payments/src/store/payment-store.ts'
import { SKUS } from '../shop/shop.ts'
import type { Ask } from './book.ts'
import { choose, type Act, type Scene } from './cast.ts'

const someStaff = ({ shop }: Scene) => shop.platform.random.pick(shop.people.staff)

/** Goods come in, break, or are counted. */
export const changeStock: Act = (scene) => {
  const { shop, book } = scene
  const { random } = shop.platform
  const { inventory } = shop.deps
  const sku = random.pick(SKUS) ?? 'MUG'
  const isCount = random.chance(0.3)
  void book.attempt(isCount ? 'count' : 'adjust', () =>
    shop.request('inventory', 'change stock', someStaff(scene), () =>
      isCount
        ? setStock(inventory, sku, { onHand: random.int(0, 5) })
        : adjustStock(inventory, sku, { delta: random.pick([-2, -1, 1, 3, 5]), reason: 'goods' }),
    ),
  )
}

const BUCKETS_MAX = 4

/** A SKU sells well, or not any more. */
export const splitStock: Act = (scene) => {
  const { shop, book } = scene
  const { random } = shop.platform
  const sku = random.pick(SKUS) ?? 'MUG'
  const count = random.int(1, BUCKETS_MAX)
  void book.attempt('split', () =>
    shop.request('inventory', 'split', someStaff(scene), () =>
      splitStockInto(shop.deps.inventory, sku, count),
    ),
  )
}

type Move = (order: Order, now: number) => ReturnType<typeof ship>

function moveOrder(scene: Scene, what: string, where: string, move: Move): void {
  const { shop, book } = scene
  const { orders } = shop.deps
  const found = choose(scene, 'orders', 'orders', where)
  if (found === undefined) return
  void book.attempt(what, () =>
    shop.request('orders', what, someStaff(scene), () =>
      changeOrder(orders, String(found['id']), (order) => move(order, orders.now())),
    ),
  )
}

export const shipOrder: Act = (scene) => {
  const tracking = { carrier: 'DHL', number: 'JD0140' }
  moveOrder(scene, 'ship', `status = 'processing'`, (order, now) => ship(order, tracking, now))
}

export const deliverOrder: Act = (scene) =>
  moveOrder(scene, 'deliver', `status = 'shipped'`, (order, now) => deliver(order, now))

export const cancelOrder: Act = (scene) =>
  moveOrder(scene, 'cancel', `status IN ('pending', 'processing')`, (order, now) =>
    cancel(order, { reason: 'staff' }, now),
  )

function sendRefund(
  { shop, book }: Scene,
  ask: Ask<{ readonly paymentId: string; readonly request: RefundRequest }>,
): void {
  const { who, key: idempotencyKey, body } = ask
  const { payments } = shop.deps
  void book.ask(ask, () =>
    shop.request('payments', 'refund', who, async () => {
      const payment = await loadPayment(payments.db, body.paymentId)
      if (payment === null) throw new ProblemError('not_found')
      const { request } = body
      return refundPayment(payments, { principalId: who.id, idempotencyKey, payment, request })
    }),
  )
}

/** In part, in full, or more than there is. */
export const refund: Act = (scene) => {
  const { random, clock } = scene.shop.platform
  const isPaid = random.chance(0.9)
  const found = choose(scene, 'payments', 'payments', isPaid ? 'captured_minor > 0' : 'true')
  if (found === undefined) return
  const currency = String(found['currency'])
  const amountMinor = random.int(1, Math.max(1, Math.round(Number(found['amount_minor']) * 0.7)))
  const request: RefundRequest = random.chance(0.4)
    ? { reason: 'all of it' }
    : { reason: 'a part', amount: { amountMinor, currency } }
  const body = { paymentId: String(found['id']), request }
  const key = crypto.randomUUID()
  sendRefund(scene, { route: 'refund', who: someStaff(scene), key, body, madeAt: clock.now })
}

export const refundAgain: Act = (scene) => {
  const ask = scene.shop.platform.random.pick(scene.book.asks('refund'))
  if (ask !== undefined) sendRefund(scene, ask as Parameters<typeof sendRefund>[1])
}

/** Units are set aside for something that is no order. */
export const reserveForFriends: Act = (scene) => {
  const { shop, book } = scene
  const { random } = shop.platform
  const sku = random.pick(SKUS) ?? 'MUG'
  const lines = [{ sku, quantity: random.int(1, 2) }]
  const wish = { orderId: 'for friends', lines, ttlSeconds: random.int(1, 600) }
  void book.attempt('reserve by hand', () =>
    shop.request('inventory', 'reserve', someStaff(scene), () =>
      reserveByHand(shop.deps.inventory, wish),
    ),
  )
}

/** Ends a reservation, or takes its units; one that belongs to an order is refused. */
export const settleByHand: Act = (scene) => {
  const { shop, book } = scene
  const { random } = shop.platform
  const rows = shop.d1.inventory.sqlite.peek<{ id: string }>(
    'SELECT id FROM reservations ORDER BY id DESC LIMIT 20',
  )
  const found = random.pick(rows)
  if (found === undefined) return
  const settle = random.chance(0.5) ? releaseByHand : commitByHand
  void book.attempt('settle by hand', () =>
    shop.request('inventory', 'settle', someStaff(scene), () =>
      settle(shop.deps.inventory, found.id),
    ),
  )
}
