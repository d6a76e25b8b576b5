import type { HandlerTable } from '@kiosk/contracts/events'
import type { Deps } from '../deps.ts'
import { onPaymentActionRequired } from './on-payment-action-required.ts'
import { onPaymentFailed } from './on-payment-failed.ts'
import { onPaymentRefunded } from './on-payment-refunded.ts'
import { onPaymentSucceeded } from './on-payment-succeeded.ts'
import { onReservationExpired } from './on-reservation-expired.ts'

/** What orders hears, and what it does then. */
export const handlers: HandlerTable<'orders', Deps> = {
  'payment.succeeded': onPaymentSucceeded,
  'payment.failed': onPaymentFailed,
  'payment.action_required': onPaymentActionRequired,
  'payment.refunded': onPaymentRefunded,
  'reservation.expired': onReservationExpired,
}
