import type { Invariant } from '@kiosk/contracts/invariants'
import type { Ids } from '@kiosk/contracts/rpc/audit'
import { newId } from '@kiosk/kit/ids'
import { pay } from './shop.ts'
import { THEN, type Vandal } from './vandal.ts'

/** Never in a test. */
const LATER = Date.parse('2100-01-01T00:00:00.000Z')

/** Damages something, and says which ids the audit must name. */
type Plant = (vandal: Vandal) => Promise<Ids>

/** One way to violate each invariant. */
export const PLANTS: Readonly<Record<Invariant, Plant>> = {
  async stock_differs_from_movements(v) {
    const sku = await v.quietSku()
    const insert = `INSERT INTO movements (at, delta, reason, actor, on_hand) VALUES (?, 7, '', '', 5)`
    await v.stock(sku, insert, Date.now())
    return { sku }
  },
  async stock_out_of_bounds(v) {
    const sku = await v.quietSku()
    await v.stock(sku, 'CREATE TABLE loose AS SELECT * FROM balance')
    await v.stock(sku, 'DROP TABLE balance')
    await v.stock(sku, 'ALTER TABLE loose RENAME TO balance')
    await v.stock(sku, 'UPDATE balance SET reserved = on_hand + 1')
    return { sku }
  },
  async reserved_differs_from_reservations(v) {
    const sku = await v.quietSku()
    await v.stock(sku, 'UPDATE balance SET reserved = 2')
    return { sku }
  },
  async hold_overdue(v) {
    const sku = await v.quietSku()
    await v.forgeReservation(sku, 'held', THEN)
    return { sku }
  },
  async stock_not_announced(v) {
    const sku = await v.quietSku()
    await v.stock(sku, 'UPDATE balance SET announce_at = ?', THEN)
    return { sku }
  },
  async stock_index_stale(v) {
    const sku = await v.quietSku()
    await v.sql('inventory', 'UPDATE stock_index SET on_hand = 99 WHERE sku = ?', sku)
    return { sku }
  },
  async stock_lost_between_buckets(v) {
    const sku = await v.quietSku()
    const path = `/v1/inventory/${sku}/buckets`
    await v.shop.staff.call(path, { method: 'PUT', body: { count: 2 } })
    await v.stock(sku, 'UPDATE buckets SET received = received + 1, transferred_at = ?', THEN)
    await v.stock(`${sku}#01`, 'UPDATE balance SET transferred_at = ?', THEN)
    return { sku, bucket: '1' }
  },
  async catalog_stock_stale(v) {
    const sku = await v.quietSku()
    await v.sql('catalog', 'UPDATE stock SET version = 0 WHERE sku = ?', sku)
    return { sku }
  },
  async reservation_left_pinned(v) {
    const sku = await v.quietSku()
    const body = { orderId: 'by hand', lines: [{ sku, quantity: 1 }] }
    const { body: reservation } = await v.shop.staff.call('/v1/reservations', { body })
    const reservationId = String(reservation['id'])
    const pin = `UPDATE reservations SET state = 'pinned', changed_at = ? WHERE reservation_id = ?`
    await v.stock(sku, pin, THEN, reservationId)
    return { sku, reservationId }
  },
  async order_without_stock(v) {
    const { sku, orderId } = await v.bought()
    const release = `UPDATE reservations SET state = 'released' WHERE order_id = ?`
    await v.stock(sku, release, orderId)
    return { sku, orderId }
  },
  async order_without_payment(v) {
    const { orderId, paymentId } = await v.bought()
    const fail = `UPDATE payments SET status = 'failed', ended = 1, failure_code = 'planted' WHERE id = ?`
    await v.sql('payments', fail, paymentId)
    return { orderId }
  },
  async order_paid_twice(v) {
    const { orderId, paymentId } = await v.bought()
    await v.forgePayment(paymentId, {})
    return { orderId }
  },
  async order_paid_wrong_amount(v) {
    const { orderId, paymentId } = await v.bought()
    const take = 'UPDATE payments SET amount_minor = 1, captured_minor = 1 WHERE id = ?'
    await v.sql('payments', take, paymentId)
    return { orderId, paymentId }
  },
  async payment_status_disagrees(v) {
    const { orderId, paymentId } = await v.bought()
    await v.sql('orders', `UPDATE orders SET payment_status = 'refunded' WHERE id = ?`, orderId)
    return { orderId, paymentId }
  },
  async paid_order_pending(v) {
    const { orderId, paymentId } = await v.bought()
    await v.sql('orders', `UPDATE orders SET status = 'pending' WHERE id = ?`, orderId)
    return { orderId, paymentId }
  },
  async pending_order_without_stock(v) {
    const { sku, orderId } = await v.placed()
    await v.stock(sku, `UPDATE reservations SET state = 'expired' WHERE order_id = ?`, orderId)
    return { sku, orderId }
  },
  async cancelled_order_holds_stock(v) {
    const { sku, orderId } = await v.bought()
    await v.sql('orders', `UPDATE orders SET status = 'cancelled' WHERE id = ?`, orderId)
    return { sku, orderId }
  },
  async reservation_ahead_of_order(v) {
    const { sku, orderId } = await v.placed()
    await v.stock(sku, `UPDATE reservations SET state = 'pinned' WHERE order_id = ?`, orderId)
    return { sku, orderId }
  },
  async reservation_without_order(v) {
    return v.forgeReservation(await v.quietSku(), 'committed', null)
  },
  async ledger_unbalanced(v) {
    const { paymentId } = await v.bought()
    await v.book(paymentId, 'provider_balance', 5, 0)
    return { paymentId }
  },
  async ledger_differs_from_payment(v) {
    const { paymentId } = await v.bought()
    await v.book(paymentId, 'provider_balance', 5, 0)
    await v.book(paymentId, 'sales', 0, 5)
    return { paymentId }
  },
  async refunds_differ_from_payment(v) {
    const { paymentId } = await v.bought()
    await v.forgeRefund(paymentId, 5)
    return { paymentId }
  },
  async refunds_exceed_captured(v) {
    const { paymentId } = await v.bought()
    await v.forgeRefund(paymentId, 1_000_000)
    return { paymentId }
  },
  async payment_without_order(v) {
    const { paymentId } = await v.bought()
    const orderId = newId('order')
    return { orderId, paymentId: await v.forgePayment(paymentId, { order_id: orderId }) }
  },
  async captured_payment_not_refunded(v) {
    const { orderId, paymentId } = await v.bought()
    const late = { status: 'failed', ended: 1, failure_code: 'planted', captured_minor: 1999 }
    return { orderId, paymentId: await v.forgePayment(paymentId, late) }
  },
  async payment_unsettled(v) {
    const { orderId } = await v.placed()
    const { paymentId } = await v.bought()
    const waits = { status: 'processing', captured_minor: 0, answer_by: THEN, check_at: LATER }
    return { orderId, paymentId: await v.forgePayment(paymentId, { ...waits, order_id: orderId }) }
  },
  async reconciliation_overdue(v) {
    const { orderId } = await v.placed()
    const { paymentId } = await v.bought()
    const waits = { status: 'processing', captured_minor: 0, answer_by: LATER, check_at: THEN }
    await v.sql(
      'payments',
      `CREATE TRIGGER stuck BEFORE UPDATE ON payments WHEN OLD.order_id = '${orderId}'
       BEGIN SELECT RAISE(ABORT, 'stuck'); END`,
    )
    return { paymentId: await v.forgePayment(paymentId, { ...waits, order_id: orderId }) }
  },
  async payment_open_for_cancelled_order(v) {
    const { orderId } = await v.placed()
    const { body: payment } = await pay(v.ada, orderId, 'tok_3ds')
    await v.sql('orders', `UPDATE orders SET status = 'cancelled' WHERE id = ?`, orderId)
    return { orderId, paymentId: payment.id }
  },
  async message_unsent(v) {
    const messageId = newId('notification')
    await v.sql(
      'notifications',
      `INSERT INTO messages (id, event_id, template, channel, recipient, to_address, text, status,
         attempts, due_at, created_at) VALUES (?, ?, 'welcome', 'email', ?, '', '', 'pending', 3, ?, ?)`,
      messageId,
      newId('event'),
      newId('user'),
      LATER,
      THEN,
    )
    return { messageId }
  },
  async claim_without_resource(v) {
    const resourceId = newId('order')
    await v.sql(
      'orders',
      `INSERT INTO idempotency_claims VALUES ('POST /v1/orders', ?, 'planted', '', ?, 0, ?, ?)`,
      v.ada.id,
      resourceId,
      JSON.stringify({ id: resourceId }),
      THEN,
    )
    return { resourceId }
  },
  async claim_answers_other_resource(v) {
    const { orderId: resourceId } = await v.placed()
    const change = `UPDATE idempotency_claims SET answer = '{"id":"other"}' WHERE resource_id = ?`
    await v.sql('orders', change, resourceId)
    return { resourceId }
  },
  async order_total_wrong(v) {
    const { orderId } = await v.placed()
    const change = `UPDATE orders SET subtotal_minor = subtotal_minor + 1,
      total_minor = total_minor + 1 WHERE id = ?`
    await v.sql('orders', change, orderId)
    return { orderId }
  },
  async order_line_wrong(v) {
    const { sku, orderId } = await v.placed()
    const change = `UPDATE orders SET
      lines = json_set(lines, '$[0].totalMinor', (lines ->> '$[0].totalMinor') + 1) WHERE id = ?`
    await v.sql('orders', change, orderId)
    return { sku, orderId }
  },
  async order_timeline_broken(v) {
    const { orderId } = await v.bought()
    const forge = `UPDATE orders SET timeline = json_set(timeline, '$[1].type', 'x') WHERE id = ?`
    await v.sql('orders', forge, orderId)
    return { orderId }
  },
  async outbox_stuck(v) {
    const eventId = 'evt_01D00000000000000000000000'
    const event = JSON.stringify({ id: eventId, type: 'user.updated', data: {} })
    const destination = 'notifications'
    await v.sql('users', 'INSERT INTO outbox VALUES (1, ?)', event)
    await v.sql('users', 'INSERT INTO outbox_late VALUES (1, ?, 9, ?)', destination, LATER)
    return { eventId, destination }
  },
  async event_lost(v) {
    const eventId = await v.forgetMail((await v.placed()).orderId)
    return { eventId, destination: 'notifications' }
  },
  async event_failing(v) {
    const eventId = await v.forgetMail((await v.placed()).orderId)
    const note = `INSERT INTO delivery_failures VALUES (?, 3, '{}', ?, ?)`
    await v.sql('notifications', note, eventId, THEN, THEN)
    return { eventId, destination: 'notifications' }
  },
  async dead_letter_waiting(v) {
    const letterId = 'dlq_catalog_01D00000000000000000000000'
    await v.sql(
      'catalog',
      `INSERT INTO dead_letters (id, event_id, type, event, error, attempts, dead_at)
       VALUES (?, ?, 'stock.changed', '{}', '{}', 9, ?)`,
      letterId,
      newId('event'),
      THEN,
    )
    return { letterId }
  },
}
