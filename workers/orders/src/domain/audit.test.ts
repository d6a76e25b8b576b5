import { expect, it } from 'vitest'
import { auditOrder, type AuditedOrder } from './audit.ts'

const line = {
  sku: 'A',
  quantity: 2,
  unitPriceMinor: 250,
  discountMinor: 0,
  taxMinor: 0,
  totalMinor: 500,
}
const timeline = (...types: string[]) => types.map((type) => ({ type }))
const order: AuditedOrder = {
  id: 'ord_1',
  status: 'processing',
  version: 3,
  lines: [line],
  subtotalMinor: 500,
  discountMinor: 50,
  shippingMinor: 10,
  taxMinor: 40,
  totalMinor: 500,
  timeline: timeline('order.placed', 'payment.failed', 'order.confirmed'),
}

it.each<[string, Partial<AuditedOrder>, string[]]>([
  ['a sound order', {}, []],
  ['a total that its parts do not make', { totalMinor: 501 }, ['order_total_wrong']],
  ['a subtotal that its lines do not make', { lines: [] }, ['order_total_wrong']],
  [
    'a line that is not quantity × price',
    { lines: [{ ...line, unitPriceMinor: 251 }] },
    ['order_line_wrong'],
  ],
  [
    'more entries than versions',
    { timeline: timeline('order.placed', 'x', 'payment.failed', 'order.confirmed') },
    ['order_timeline_broken'],
  ],
  [
    'fewer entries than versions',
    { timeline: timeline('order.placed', 'order.confirmed') },
    ['order_timeline_broken'],
  ],
  [
    'an illegal move',
    {
      status: 'delivered',
      timeline: timeline('order.placed', 'order.confirmed', 'order.delivered'),
    },
    ['order_timeline_broken'],
  ],
  ['a timeline that leads elsewhere', { status: 'shipped' }, ['order_timeline_broken']],
  ['no timeline', { version: 0, timeline: [] }, ['order_timeline_broken']],
])('%s', (_, change, expected) => {
  expect(auditOrder({ ...order, ...change }).map(({ invariant }) => invariant)).toEqual(expected)
})
