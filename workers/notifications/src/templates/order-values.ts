import type { EventData } from '@kiosk/contracts/events'
import type { Format } from '../domain/format.ts'
import type { Values } from './template.ts'

/** What every event of an order carries. */
type OrderFacts = EventData<'order.delivered'>

/** What the texts about an order may name: number, lines, total, address, url. */
export function orderValues(order: OrderFacts, format: Format): Values {
  const { name, line1, line2, postalCode, city, region, country } = order.shippingAddress
  return {
    number: order.number,
    lines: order.lines.map((line) => ({
      quantity: format.count(line.quantity),
      product: line.name,
      amount: format.money(line.total),
    })),
    total: format.money(order.total),
    address: [name, line1, line2, `${postalCode} ${city}`, region, country].filter(
      (part) => part !== undefined,
    ),
    url: format.link(`/orders/${order.orderId}`),
  }
}
