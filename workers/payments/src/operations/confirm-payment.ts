import { ProblemError } from '@kiosk/kit/problem'
import type { Deps } from '../deps.ts'
import type { Payment } from '../domain/payment.ts'
import { noteCall } from '../store/payment-store.ts'
import { askProvider, callTimes } from './ask-provider.ts'
import { settlePayment } from './settle-payment.ts'

/**
 * Has the provider complete a payment that its customer confirmed (3-D Secure). Confirming what has
 * succeeded changes nothing.
 */
export async function confirmPayment(deps: Deps, payment: Payment): Promise<Payment> {
  if (payment.status === 'succeeded') return payment
  if (payment.status !== 'requires_action') throw notConfirmable(payment)
  const call = { id: payment.id, status: payment.status, ...callTimes(deps) }
  await deps.reconciler.arm()
  if (!(await noteCall(deps.db, call))) {
    // It has just changed: settling no news reads what it is now.
    const current = await settlePayment(deps, payment.id, { status: 'pending' })
    if (current.status === 'succeeded') return current
    throw notConfirmable(current)
  }
  const outcome = await askProvider(deps, payment, (provider, ref) => provider.confirm(ref))
  const settled = await settlePayment(deps, payment.id, outcome)
  if (settled.status === 'voided') throw notConfirmable(settled)
  return settled
}

function notConfirmable({ status }: Payment): ProblemError {
  return new ProblemError('payment_not_confirmable', `The payment is ${status}`)
}
