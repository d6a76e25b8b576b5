import { assert } from '@kiosk/kit/assert'
import { describeError, log } from '@kiosk/kit/log'
import { isBusy } from '@kiosk/kit/overload'
import type { Deps } from '../deps.ts'
import type { Payment } from '../domain/payment.ts'
import type { ChargeRef, PaymentProvider } from '../providers/provider.ts'

/** The call that was made, and what to call it in the log. */
type Call<T> = (provider: PaymentProvider, charge: ChargeRef) => Promise<T>

/**
 * Asks the provider of a payment. An answer that does not arrive, or not in time, is `pending`: the
 * call may have happened, so nothing may be concluded from its silence.
 * @throws Busy when the provider did not take the call and wants it later.
 */
export async function askProvider<T extends { readonly status: string }>(
  deps: Deps,
  payment: Payment,
  call: Call<T>,
): Promise<T | { readonly status: 'pending' }> {
  const provider = deps.findProvider(payment.provider)
  assert(provider !== null, `there is a provider ${payment.provider}`)
  const charge = { key: payment.id, reference: payment.providerRef }
  let timer: ReturnType<typeof setTimeout> | undefined
  const tooLate = new Promise<never>((_resolve, reject) => {
    const error = new Error('the provider did not answer in time')
    timer = setTimeout(() => reject(error), deps.config.PROVIDER_TIMEOUT_MS)
  })
  try {
    return await Promise.race([call(provider, charge), tooLate])
  } catch (error) {
    if (isBusy(error)) throw error
    log('warn', 'provider gave no answer', { paymentId: payment.id, error: describeError(error) })
    return { status: 'pending' }
  } finally {
    clearTimeout(timer)
  }
}

/** When a call that begins after a wait is over, and when to look what became of it. Epoch ms. */
export function callTimes(
  { config, now }: Deps,
  waitMs = 0,
): { answerBy: number; checkAt: number } {
  const startsAt = now() + waitMs
  return {
    answerBy: startsAt + config.PROVIDER_TIMEOUT_MS + CALL_MARGIN_MS,
    checkAt: startsAt + config.RECONCILE_FIRST_MS,
  }
}

/** Between noting a call and making it. */
const CALL_MARGIN_MS = 1_000
