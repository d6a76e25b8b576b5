import { systemContext, withContext } from '@kiosk/kit/context'
import { log } from '@kiosk/kit/log'
import { ProblemError } from '@kiosk/kit/problem'
import type { Deps } from '../deps.ts'
import type { ProviderNews } from '../providers/provider.ts'
import { loadPayment } from '../store/payment-store.ts'
import { loadRefund } from '../store/refund-store.ts'
import { isWebhookTaken, takeWebhook } from '../store/webhook-store.ts'
import { settlePayment } from './settle-payment.ts'
import { settleRefund } from './settle-refund.ts'

interface IncomingWebhook {
  readonly provider: string
  readonly headers: Headers
  /** Exactly as it was sent: the signature is over it. */
  readonly body: string
}

/** Takes news of a provider into effect, once per event, however often it is sent. */
export async function receiveWebhook(deps: Deps, webhook: IncomingWebhook): Promise<void> {
  const provider = deps.findProvider(webhook.provider)
  if (provider === null) throw new ProblemError('not_found', 'There is no such provider')
  const reading = await provider.readWebhook(webhook.headers, webhook.body)
  if (!reading.ok) throw new ProblemError(reading.refusal.code)
  const { id: eventId, news } = reading.value
  if (news === null) return
  const traceparent = await traceOf(deps, webhook.provider, news)
  if (traceparent === null) {
    log('warn', 'webhook about something unknown', { provider: webhook.provider, eventId })
    return
  }
  const taken = () => [takeWebhook(deps.db, { ...webhook, eventId, now: deps.now() })]
  try {
    await withContext(systemContext('payments', traceparent), async () => {
      if (news.about === 'charge') await settlePayment(deps, news.key, news.outcome, taken)
      else await settleRefund(deps, news.key, news.outcome, taken)
    })
  } catch (error) {
    if (!isWebhookTaken(error)) throw error
  }
}

/** The trace of what the news is about, or null when this provider has nothing of that key. */
async function traceOf(deps: Deps, provider: string, news: ProviderNews): Promise<string | null> {
  const refund = news.about === 'refund' ? await loadRefund(deps.db, news.key) : null
  const payment = await loadPayment(deps.db, refund?.paymentId ?? news.key)
  if (payment?.provider !== provider) return null
  return refund?.traceparent ?? payment.traceparent
}
