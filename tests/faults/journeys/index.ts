import { cancelWhilePaying, expiryWhilePaying } from './closed-while-paying.ts'
import { deadLetterThenReplay } from './dead-letter.ts'
import type { Journey } from './journey.ts'
import { paidTooLate, paidTooLateSoldOut } from './paid-too-late.ts'
import { declinedThenPaid, happyPath, lastUnit, noAnswer, threeDSecure } from './paying.ts'
import { refunds } from './refunds.ts'

/** Every journey that is proven. */
export const JOURNEYS: readonly Journey[] = [
  happyPath,
  declinedThenPaid,
  threeDSecure,
  noAnswer,
  cancelWhilePaying,
  expiryWhilePaying,
  paidTooLate,
  paidTooLateSoldOut,
  refunds,
  lastUnit,
  deadLetterThenReplay,
]
