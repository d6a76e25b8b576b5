/**
 * What must be true of a shop's data, as the audit checks it: the code of each violation, and what an
 * operator does about it. `{name}` stands for one of the violation's ids. None of them is caused by any call,
 * order or failure that Kiosk foresees; what is violated all the same is a bug, or data changed by hand.
 */
export const INVARIANTS = {
  // 1. Stock.
  stock_differs_from_movements:
    'Count the units and set them with PUT /v1/inventory/{sku}; the gap stays in its history (GET /v1/inventory/{sku}/movements), so audit with `since` from then on.',
  stock_out_of_bounds:
    'Count the units and set them with PUT /v1/inventory/{sku}, to no less than what is reserved.',
  reserved_differs_from_reservations:
    'Take the SKU off sale (PATCH its product to draft) and restore its object to a moment before; no call changes what is reserved by itself.',
  hold_overdue: 'Read it: GET /v1/inventory/{sku} frees what has lapsed and sets its alarm again.',
  stock_not_announced: 'Read it: GET /v1/inventory/{sku} sets its alarm again, which announces it.',
  stock_index_stale:
    'Any change of the SKU writes its row again: POST /v1/inventory/{sku}/adjustments with delta 1, then with -1.',
  stock_lost_between_buckets:
    'Read it: GET /v1/inventory/{sku} has all its buckets settle what is on its way; if that does not help, count the units and set them with PUT /v1/inventory/{sku}.',
  catalog_stock_stale:
    'Have the balance told again: POST /v1/ops/republish with subscriber catalog and a `since` before the time in the detail.',
  reservation_left_pinned:
    'Finish it or end it: POST /v1/reservations/{reservationId}/commit or /release.',

  // 2 and 7. Orders, their payments and their stock.
  order_without_stock:
    'Do not ship it: cancel it with POST /v1/orders/{orderId}/cancel, which refunds it, or take its units off with POST /v1/inventory/{sku}/adjustments.',
  order_without_payment:
    'Do not ship it: cancel it with POST /v1/orders/{orderId}/cancel, which returns its stock.',
  order_paid_twice: 'Give the surplus back: POST /v1/payments/{paymentId}/refunds.',
  order_paid_wrong_amount:
    'Give the surplus back with POST /v1/payments/{paymentId}/refunds, or cancel the order with POST /v1/orders/{orderId}/cancel.',
  payment_status_disagrees:
    'Have its payment told again: POST /v1/ops/republish with subscriber orders and a `since` before the time in the detail.',
  paid_order_pending:
    'Replay its payment.succeeded from GET /v1/ops/dead-letters, or have it told again: POST /v1/ops/republish with subscriber orders and a `since` before the time in the detail.',
  pending_order_without_stock:
    'Have the expiry told again with POST /v1/ops/republish (subscriber orders), or cancel the order: POST /v1/orders/{orderId}/cancel.',
  cancelled_order_holds_stock:
    'Have the cancellation told again, which releases it: POST /v1/ops/republish with subscriber inventory and a `since` before the time in the detail.',
  reservation_ahead_of_order:
    'Replay the payment.succeeded of the order from GET /v1/ops/dead-letters, or have it told again: POST /v1/ops/republish with subscriber orders.',
  reservation_without_order:
    'Put the units of a committed one back with POST /v1/inventory/{sku}/adjustments; a pinned one is released when an order.cancelled names it.',

  // 3 and 7. Money.
  ledger_unbalanced:
    'Stop refunding the payment and compare GET /v1/payments/{paymentId} with the provider’s books; correct with new ledger entries.',
  ledger_differs_from_payment:
    'Compare GET /v1/payments/{paymentId} with the provider’s books; correct with new ledger entries.',
  refunds_differ_from_payment:
    'Compare GET /v1/payments/{paymentId} with the provider’s books, which say what really went back.',
  refunds_exceed_captured:
    'Compare GET /v1/payments/{paymentId} with the provider’s books, and claim the surplus from the customer.',
  payment_without_order: 'Give the money back: POST /v1/payments/{paymentId}/refunds.',
  captured_payment_not_refunded:
    'Give the money back: POST /v1/payments/{paymentId}/refunds, or, if one is under way, see why the provider refuses it.',
  payment_unsettled:
    'See in the log why the provider gives no answer (`provider gave no answer`); reconciliation keeps asking it.',
  reconciliation_overdue: 'Ask for GET /readyz, which sets the alarm of reconciliation again.',
  payment_open_for_cancelled_order:
    'Have the cancellation told again, which voids it: POST /v1/ops/republish with subscriber payments and a `since` before the time in the detail.',

  // 4. Messages.
  message_unsent:
    'See its last error in the detail: mend the provider’s settings; it is tried again by itself.',

  // 5. Idempotency keys.
  claim_without_resource:
    'Tell the customer that what they were shown does not exist, and have them ask again with a new key.',
  claim_answers_other_resource:
    'Look at both resources of the detail: if both exist, cancel or refund the one that was not asked for.',

  // 6. Orders by themselves.
  order_total_wrong:
    'Compare it with its timeline (GET /v1/orders/{orderId}/timeline); if too much was paid, POST /v1/payments/{paymentId}/refunds.',
  order_line_wrong:
    'Compare it with the prices of that day; if too much was paid, refund the difference.',
  order_timeline_broken:
    'Compare GET /v1/orders/{orderId} with GET /v1/orders/{orderId}/timeline before you ship it.',

  // 8. Events.
  outbox_stuck:
    'See in the log why they are not sent (`publish failed`); GET /readyz sets the alarm of the relay again, GET /v1/inventory/{sku} that of a SKU.',
  event_lost:
    'Send it again: POST /v1/ops/republish with subscriber {destination} and a `since` before the time in the detail; it takes effect once.',
  event_failing:
    'Mend what its error says (it is in the log of {destination}): it is tried again until it is a dead letter, which can be replayed.',
  dead_letter_waiting:
    'Mend what its error says, then POST /v1/ops/dead-letters/{letterId}/replay.',
} as const satisfies Record<string, string>

export type Invariant = keyof typeof INVARIANTS

/** What to do about a violation. */
export function remedyFor(invariant: Invariant, ids: Readonly<Record<string, string>>): string {
  return INVARIANTS[invariant].replaceAll(/\{(\w+)\}/g, (whole, name: string) => ids[name] ?? whole)
}
