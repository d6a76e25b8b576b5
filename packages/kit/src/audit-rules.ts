import { toInstant } from '@kiosk/contracts/primitives/time'
import type { Finding } from '@kiosk/contracts/rpc/audit'

// What must be true of the plumbing that Workers share. Pure: no I/O, no clock.

/** Events for one destination that should have been sent by now. */
export interface Unsent {
  readonly destination: string
  readonly waiting: number
  /** The oldest of them. */
  readonly eventId: string
  readonly dueAt: number
  readonly attempts: number
}

export function auditUnsent({ destination, eventId, ...unsent }: Unsent): Finding {
  const { waiting, dueAt, attempts } = unsent
  const tried = attempts === 0 ? 'never tried' : `tried ${attempts} times`
  return {
    invariant: 'outbox_stuck',
    ids: { eventId, destination },
    detail: `${waiting} events for ${destination} are unsent, the oldest ${tried} and due at ${toInstant(dueAt)}.`,
  }
}

/** A dead letter that nobody has replayed. */
export interface OpenLetter {
  readonly letterId: string
  readonly eventId: string
  readonly type: string
  readonly attempts: number
  readonly deadAt: number
}

export function auditLetter({ letterId, eventId, ...letter }: OpenLetter): Finding {
  const { type, attempts, deadAt } = letter
  return {
    invariant: 'dead_letter_waiting',
    ids: { letterId, eventId },
    detail: `${type} failed ${attempts} times and waits since ${toInstant(deadAt)} for an operator.`,
  }
}

/** An answered idempotency claim. */
export interface AnsweredClaim {
  readonly route: string
  readonly customerId: string
  readonly resourceId: string
  /** The id in the answer. */
  readonly answeredId: string | null
  /** Whether there is a resource of that name. */
  readonly found: boolean
}

export function auditClaim(claim: AnsweredClaim): Finding[] {
  const { route, customerId, resourceId, answeredId, found } = claim
  const ids = { route, customerId, resourceId }
  const findings: Finding[] = []
  if (!found) {
    const detail = `${route} was answered with ${resourceId}, which does not exist.`
    findings.push({ invariant: 'claim_without_resource', ids, detail })
  }
  if (answeredId !== resourceId) {
    const detail = `${route} was answered with ${answeredId ?? 'no id'}, but its key stands for ${resourceId}.`
    findings.push({ invariant: 'claim_answers_other_resource', ids, detail })
  }
  return findings
}
