import type { OrderStatus } from '@kiosk/contracts/http/orders'
import type { Finding } from '@kiosk/contracts/rpc/audit'
import { MOVES } from './order.ts'
import type { PricedLine, Totals } from './pricing.ts'

/** What an order says of itself, in itself. */
export interface AuditedOrder extends Totals {
  readonly id: string
  readonly status: OrderStatus
  readonly version: number
  readonly lines: readonly Omit<PricedLine, 'name' | 'productId'>[]
  readonly timeline: readonly { readonly type: string }[]
}

/** What is wrong with an order, whatever others know of it. */
export function auditOrder(order: AuditedOrder): Finding[] {
  const lines = order.lines.flatMap((line) => auditLine(order.id, line))
  return [...auditTotal(order), ...lines, ...auditTimeline(order)]
}

function auditTotal(order: AuditedOrder): Finding[] {
  const { subtotalMinor, discountMinor, shippingMinor, taxMinor, totalMinor } = order
  const lines = order.lines.reduce((sum, line) => sum + line.totalMinor, 0)
  const total = lines - discountMinor + shippingMinor + taxMinor
  if (lines === subtotalMinor && total === totalMinor) return []
  const parts = `${lines} - ${discountMinor} + ${shippingMinor} + ${taxMinor}`
  return [
    {
      invariant: 'order_total_wrong',
      ids: { orderId: order.id },
      detail: `Its lines, discount, shipping and tax make ${parts} = ${total}; it says subtotal ${subtotalMinor}, total ${totalMinor}.`,
    },
  ]
}

function auditLine(orderId: string, line: AuditedOrder['lines'][number]): Finding[] {
  const { sku, quantity, unitPriceMinor, discountMinor, taxMinor, totalMinor } = line
  const total = quantity * unitPriceMinor - discountMinor + taxMinor
  if (total === totalMinor) return []
  const parts = `${quantity} × ${unitPriceMinor} - ${discountMinor} + ${taxMinor}`
  return [
    {
      invariant: 'order_line_wrong',
      ids: { orderId, sku },
      detail: `The line makes ${parts} = ${total}; it says ${totalMinor}.`,
    },
  ]
}

const STATUS_AFTER: Readonly<Record<string, OrderStatus>> = {
  'order.placed': 'pending',
  'order.confirmed': 'processing',
  'order.shipped': 'shipped',
  'order.delivered': 'delivered',
  'order.cancelled': 'cancelled',
}

/** One entry for each version, each a legal move, and the last one leads to where the order is. */
function auditTimeline({ id, status, version, timeline }: AuditedOrder): Finding[] {
  const broken = (detail: string): Finding[] => [
    { invariant: 'order_timeline_broken', ids: { orderId: id }, detail },
  ]
  let at: OrderStatus | null = null
  for (const [index, { type }] of timeline.entries()) {
    const to = STATUS_AFTER[type]
    if (to === undefined) continue
    const isLegal: boolean = at === null ? to === 'pending' : MOVES[at].includes(to)
    if (!isLegal) return broken(`Version ${index + 1} moves it from ${at ?? 'nothing'} to ${to}.`)
    at = to
  }
  if (timeline.length !== version) {
    return broken(`It has version ${version}, but ${timeline.length} entries.`)
  }
  return at === status ? [] : broken(`It is ${status}, but its entries lead to ${at ?? 'nothing'}.`)
}
