import { ok, refuse, type Result } from '@kiosk/contracts/primitives/result'
import { Webhook } from 'standardwebhooks'
import { z } from 'zod'
import type { ProviderEvent, WebhookRefusal } from '../provider.ts'

const ChargeOutcomeText = z.union([
  z.object({ status: z.enum(['succeeded', 'requires_action', 'cancelled', 'pending', 'unknown']) }),
  z.object({ status: z.literal('declined'), failureCode: z.string().max(100) }),
])

const ChargeUpdated = z.object({
  type: z.literal('charge.updated'),
  data: z.object({ key: z.string().max(100), charge: ChargeOutcomeText }),
})
const AnyEvent = z.object({ type: z.string().max(100) })

export type ChargeUpdated = z.infer<typeof ChargeUpdated>

/** A webhook as it goes out: https://www.standardwebhooks.com, HMAC over id, time and body. */
export function signWebhook(secret: string, id: string, event: ChargeUpdated): RequestInit {
  const sentAt = new Date()
  const body = JSON.stringify(event)
  return {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, sentAt, body),
    },
  }
}

/** Checks a webhook's signature and age (5 minutes), then reads it. */
export function readWebhook(
  secret: string,
  headers: Headers,
  body: string,
): Result<ProviderEvent, WebhookRefusal> {
  try {
    new Webhook(secret).verify(body, Object.fromEntries(headers), { jsonParse: false })
  } catch {
    return refuse({ code: 'invalid_signature' })
  }
  const id = headers.get('webhook-id') ?? ''
  const event = parseJson(body)
  const updated = ChargeUpdated.safeParse(event)
  if (updated.success) {
    const { key, charge } = updated.data.data
    return ok({ id, news: { about: 'charge', key, outcome: charge } })
  }
  // Kinds of event that we do not know may come any day; a known kind in another shape may not.
  const other = AnyEvent.safeParse(event)
  return other.success && other.data.type !== 'charge.updated'
    ? ok({ id, news: null })
    : refuse({ code: 'validation_failed' })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
