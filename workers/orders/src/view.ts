import type { OrderView } from '@kiosk/contracts/http/orders'
import { money } from '@kiosk/contracts/primitives/money'
import { orderNumber } from '@kiosk/contracts/primitives/order-number'
import { toInstant } from '@kiosk/contracts/primitives/time'
import type { Order } from './domain/order.ts'

/** What leaves of an order. */
export function viewOrder(order: Order): OrderView {
  const amount = (minor: number) => money(minor, order.currency)
  const view: OrderView = {
    id: order.id,
    number: orderNumber(order.id),
    customerId: order.customerId,
    status: order.status,
    paymentStatus: order.paymentStatus,
    lines: order.lines.map((line) => ({
      sku: line.sku,
      name: line.name,
      quantity: line.quantity,
      unitPrice: amount(line.unitPriceMinor),
      discount: amount(line.discountMinor),
      tax: amount(line.taxMinor),
      total: amount(line.totalMinor),
    })),
    subtotal: amount(order.subtotalMinor),
    discount: amount(order.discountMinor),
    shipping: amount(order.shippingMinor),
    tax: amount(order.taxMinor),
    total: amount(order.totalMinor),
    shippingAddress: order.shippingAddress,
    ...(order.tracking === null ? {} : { tracking: order.tracking }),
    ...(order.cancelReason === null ? {} : { cancelReason: order.cancelReason }),
    expiresAt: toInstant(order.expiresAt),
    version: order.version,
    createdAt: toInstant(order.createdAt),
    updatedAt: toInstant(order.updatedAt),
  }
  return view
}
