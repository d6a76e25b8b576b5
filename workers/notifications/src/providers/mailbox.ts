import { ok } from '@kiosk/contracts/primitives/result'
import type { Database } from '@kiosk/kit/commit'
import { acceptLetter } from '../store/mailbox.ts'
import type { EmailProvider, SmsProvider } from './provider.ts'

/** For development and tests: keeps what it is given, once per idempotency key. */
export function mailboxEmail(db: Database): EmailProvider {
  return {
    isMailbox: true,
    send: async ({ idempotencyKey, to, subject, text, html }) => {
      await acceptLetter(db, {
        messageId: idempotencyKey,
        channel: 'email',
        toAddress: to,
        subject,
        text,
        html,
        acceptedAt: Date.now(),
      })
      return ok(null)
    },
  }
}

/** The same for short messages. */
export function mailboxSms(db: Database): SmsProvider {
  return {
    isMailbox: true,
    send: async ({ idempotencyKey, to, text }) => {
      await acceptLetter(db, {
        messageId: idempotencyKey,
        channel: 'sms',
        toAddress: to,
        text,
        acceptedAt: Date.now(),
      })
      return ok(null)
    },
  }
}
