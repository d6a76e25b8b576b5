import { ok, refuse } from '@kiosk/contracts/primitives/result'
import { busyAnswer } from '@kiosk/kit/overload'
import { z } from 'zod'
import type { SmsProvider } from './provider.ts'

export const TwilioSettings = z.object({
  /** Secrets, from the console's account page. */
  TWILIO_ACCOUNT_SID: z.string().min(1),
  TWILIO_AUTH_TOKEN: z.string().min(1),
  /** The sender: a number in E.164 form or an alphanumeric name. */
  TWILIO_FROM: z.string().min(1),
  TWILIO_BASE_URL: z.url().default('https://api.twilio.com'),
})

const TwilioError = z.object({ code: z.number().int() })

/** What another time may cure: our credentials, its impatience. */
const TEMPORARY = new Set([401, 408])

/**
 * Twilio's Messages resource (https://www.twilio.com/docs/messaging/api/message-resource). It does not
 * promise to honour an idempotency key; a gateway in front of it may.
 */
export function twilio(settings: z.infer<typeof TwilioSettings>): SmsProvider {
  const account = encodeURIComponent(settings.TWILIO_ACCOUNT_SID)
  const url = new URL(`/2010-04-01/Accounts/${account}/Messages.json`, settings.TWILIO_BASE_URL)
  const credentials = btoa(`${settings.TWILIO_ACCOUNT_SID}:${settings.TWILIO_AUTH_TOKEN}`)
  return {
    isMailbox: false,
    send: async ({ idempotencyKey, to, text }, signal) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { authorization: `Basic ${credentials}`, 'idempotency-key': idempotencyKey },
        body: new URLSearchParams({ To: to, From: settings.TWILIO_FROM, Body: text }),
        signal,
      })
      const body: unknown = await response.json().catch(() => null)
      if (response.ok) return ok(null)
      // Its message quotes the number, so only status and code go any further.
      const code = TwilioError.safeParse(body).data?.code ?? 'none'
      const detail = `twilio answered ${response.status}, code ${code}`
      const busy = busyAnswer('twilio', response)
      if (busy !== null) throw busy
      const isPermanent = response.status < 500 && !TEMPORARY.has(response.status)
      if (isPermanent) return refuse({ code: 'refused', detail })
      throw new Error(detail)
    },
  }
}
