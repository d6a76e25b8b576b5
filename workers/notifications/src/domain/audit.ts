import { toInstant } from '@kiosk/contracts/primitives/time'
import type { Finding } from '@kiosk/contracts/rpc/audit'

/** A message that nobody has taken yet. */
export interface UnsentMessage {
  readonly messageId: string
  readonly eventId: string
  readonly template: string
  readonly attempts: number
  readonly lastError: string | null
  readonly createdAt: number
}

export function auditUnsentMessage(message: UnsentMessage): Finding {
  const { messageId, eventId, template, attempts, lastError, createdAt } = message
  const why = lastError === null ? '' : `; its last error is “${lastError}”`
  return {
    invariant: 'message_unsent',
    ids: { messageId, eventId },
    detail: `${template} waits since ${toInstant(createdAt)} after ${attempts} attempts${why}.`,
  }
}
