import type { Result } from '@kiosk/contracts/primitives/result'
import type { ReservationRefusal } from '../domain/reservation.ts'
import type { Plan } from '../domain/split.ts'

/** Why a line was refused. `contended`: it may be had once others give back what they cannot use. */
export type LineRefusal = Shortage | Exclude<ReservationRefusal, { code: 'insufficient_stock' }>

interface Shortage {
  readonly code: 'insufficient_stock'
  readonly available: number
  readonly contended: boolean
}

/** The stock is split, and this reservation lives in another bucket: the plan says which. */
export interface Redirect {
  readonly code: 'elsewhere'
  readonly plan: Plan
}

/** A line as it stands now; it has a deadline only while it is held. */
export interface Line {
  readonly expiresAt: number | null
}

export type Decided<T = Line> = Result<T, LineRefusal | Redirect>
