import { toInstant } from '@kiosk/contracts/primitives/time'
import type { Finding } from '@kiosk/contracts/rpc/audit'

/** Records of the same message. */
export interface Duplicates {
  readonly eventId: string
  readonly template: string
  readonly channel: string
  readonly recipient: string
  readonly records: number
  /** The last one. */
  readonly messageId: string
}

export function auditDuplicates(duplicates: Duplicates): Finding {
  const { eventId, template, channel, recipient, records, messageId } = duplicates
  return {
    invariant: 'message_duplicated',
    ids: { messageId, eventId, userId: recipient },
    detail: `${template} by ${channel} was recorded ${records} times for one event and person.`,
  }
}

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
