import type { Shop } from '../shop/shop.ts'
import { Violation } from '../violation.ts'

/** @throws Violation when what must hold does not. */
export function must(
  condition: boolean,
  invariant: string,
  what: string,
  ids: Readonly<Record<string, unknown>>,
): void {
  if (!condition) throw new Violation(invariant, what, ids)
}

export interface OrderRow {
  readonly id: string
  readonly status: string
  readonly payment_status: string
  readonly payment_id: string | null
  readonly refunded_minor: number
  readonly reservation_id: string
  readonly currency: string
  readonly subtotal_minor: number
  readonly discount_minor: number
  readonly shipping_minor: number
  readonly tax_minor: number
  readonly total_minor: number
}

export interface LineRow {
  readonly sku: string
  readonly quantity: number
  readonly unit_price_minor: number
  readonly discount_minor: number
  readonly tax_minor: number
  readonly total_minor: number
}

export interface PaymentRow {
  readonly id: string
  readonly order_id: string
  readonly status: string
  readonly currency: string
  readonly amount_minor: number
  readonly captured_minor: number
  readonly refunded_minor: number
}

export interface ReservationRow {
  readonly reservation_id: string
  readonly order_id: string
  readonly quantity: number
  readonly owner: 'orders' | 'staff'
  readonly state: string
}

export function ordersOf({ d1 }: Shop, where: string, ...values: unknown[]): OrderRow[] {
  return d1.orders.sqlite.peek<OrderRow>(`SELECT * FROM orders WHERE ${where}`, ...values)
}

export function linesOf({ d1 }: Shop, orderId: string): LineRow[] {
  return d1.orders.sqlite.peek<LineRow>(
    `SELECT line.value ->> 'sku' AS sku, line.value ->> 'quantity' AS quantity,
       line.value ->> 'unitPriceMinor' AS unit_price_minor,
       line.value ->> 'discountMinor' AS discount_minor,
       line.value ->> 'taxMinor' AS tax_minor, line.value ->> 'totalMinor' AS total_minor
     FROM orders, json_each(orders.lines) AS line WHERE orders.id = ?`,
    orderId,
  )
}

export function paymentsOf({ d1 }: Shop, where: string, ...values: unknown[]): PaymentRow[] {
  return d1.payments.sqlite.peek<PaymentRow>(`SELECT * FROM payments WHERE ${where}`, ...values)
}

/** Units per SKU. */
export function unitsOf(lines: readonly LineRow[]): Map<string, number> {
  const units = new Map<string, number>()
  for (const { sku, quantity } of lines) units.set(sku, (units.get(sku) ?? 0) + quantity)
  return units
}

/** Whether an order has got so far that it is paid and its stock deducted. */
export function isConfirmed(status: string): boolean {
  return status === 'processing' || status === 'shipped' || status === 'delivered'
}
