import type { HandlerTable } from '@kiosk/contracts/events'
import type { Deps } from '../deps.ts'
import { sendPasswordReset } from '../operations/send-password-reset.ts'
import { tellCustomer } from '../operations/tell-customer.ts'
import { tellStaffOfLowStock } from '../operations/tell-staff.ts'
import { forgetUser, updateContact } from '../operations/update-contact.ts'
import { welcomeUser } from '../operations/welcome-user.ts'
import { orderCancelled } from '../templates/order-cancelled.ts'
import { orderConfirmed } from '../templates/order-confirmed.ts'
import { orderDelivered } from '../templates/order-delivered.ts'
import { orderPlaced } from '../templates/order-placed.ts'
import { orderShipped } from '../templates/order-shipped.ts'
import { paymentFailed } from '../templates/payment-failed.ts'
import { paymentRefunded } from '../templates/payment-refunded.ts'
import { paymentSucceeded } from '../templates/payment-succeeded.ts'

/** What notifications hears, and what it does then. */
export const handlers: HandlerTable<'notifications', Deps> = {
  'user.registered': (event, deps) => welcomeUser(deps, event),
  'user.updated': (event, deps) => updateContact(deps, event),
  'user.deleted': (event, deps) => forgetUser(deps, event),
  'user.password_reset_requested': (event, deps) => sendPasswordReset(deps, event),
  'stock.low': (event, deps) => tellStaffOfLowStock(deps, event),
  'order.placed': (event, deps) => tellCustomer(deps, event, orderPlaced),
  'order.confirmed': (event, deps) => tellCustomer(deps, event, orderConfirmed),
  'order.shipped': (event, deps) => tellCustomer(deps, event, orderShipped),
  'order.delivered': (event, deps) => tellCustomer(deps, event, orderDelivered),
  'order.cancelled': (event, deps) => tellCustomer(deps, event, orderCancelled),
  'payment.succeeded': (event, deps) => tellCustomer(deps, event, paymentSucceeded),
  'payment.failed': (event, deps) => tellCustomer(deps, event, paymentFailed),
  'payment.refunded': (event, deps) => tellCustomer(deps, event, paymentRefunded),
}
