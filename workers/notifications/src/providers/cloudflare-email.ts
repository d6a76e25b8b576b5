import { ok, refuse } from '@kiosk/contracts/primitives/result'
import { Busy } from '@kiosk/kit/overload'
import { z } from 'zod'
import type { EmailProvider } from './provider.ts'

export const CloudflareEmailSettings = z.object({
  /** The sender: an address of a domain that the account may send from. */
  EMAIL_FROM: z.email(),
})

/** Codes by which Email Service refuses a message that it would refuse again. */
const PERMANENT = new Set([
  'E_VALIDATION_ERROR',
  'E_FIELD_MISSING',
  'E_CONTENT_TOO_LARGE',
  'E_RECIPIENT_NOT_ALLOWED',
  'E_RECIPIENT_SUPPRESSED',
])

/** Codes by which it asks to be left alone, without saying for how long. Seconds. */
const BUSY = new Map([
  ['E_RATE_LIMIT_EXCEEDED', 60],
  ['E_DAILY_LIMIT_EXCEEDED', 60 * 60],
])

/**
 * Cloudflare Email Service through the `send_email` binding
 * (https://developers.cloudflare.com/email-service/api/send-emails/workers-api/). It knows no idempotency
 * key, so the header only lets a person tell a repeated mail from a second one.
 */
export function cloudflareEmail(
  binding: SendEmail,
  settings: z.infer<typeof CloudflareEmailSettings>,
  senderName: string,
): EmailProvider {
  return {
    isMailbox: false,
    send: async ({ idempotencyKey, to, subject, text, html }) => {
      try {
        await binding.send({
          from: { email: settings.EMAIL_FROM, name: senderName },
          to,
          subject,
          text,
          html,
          headers: { 'X-Kiosk-Message-Id': idempotencyKey },
        })
        return ok(null)
      } catch (error) {
        const code = codeOf(error)
        // Its messages may quote the address, so neither they nor the error itself go any further.
        if (PERMANENT.has(code))
          return refuse({ code: 'refused', detail: `email service: ${code}` })
        const waitSeconds = BUSY.get(code)
        if (waitSeconds !== undefined) throw new Busy(`email service: ${code}`, waitSeconds)
        throw new Error(`email service: ${code}`)
      }
    },
  }
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return /^\w{1,60}$/.test(code) ? code : 'unknown error'
}
