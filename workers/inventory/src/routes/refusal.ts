import { UNITS_MAX } from '@kiosk/contracts/http/inventory'
import type { CommitRefusal, ReserveRefusal } from '@kiosk/contracts/rpc/inventory'
import { unreachable } from '@kiosk/kit/assert'
import { ProblemError } from '@kiosk/kit/problem'
import type { StockRefusal } from '../domain/sku.ts'

type Refusal =
  | StockRefusal
  | ReserveRefusal
  | CommitRefusal
  | { readonly code: 'not_found' }
  | { readonly code: 'owned_by_order' }

/** What the client is told of a refusal. */
export function toProblemError(refusal: Refusal): ProblemError {
  switch (refusal.code) {
    case 'below_reserved':
      return new ProblemError('below_reserved', `${refusal.reserved} units are reserved`)
    case 'above_maximum':
      return new ProblemError('validation_failed', undefined, {
        errors: [{ path: 'delta', message: `would put more than ${UNITS_MAX} units on hand` }],
      })
    case 'insufficient_stock': {
      const { shortages } = refusal
      const named = shortages.map(
        ({ sku, requested, available }) => `${sku}: ${requested} wanted, ${available} available`,
      )
      return new ProblemError('insufficient_stock', named.join('; '), { shortages })
    }
    case 'reservation_ended':
    case 'not_found':
    case 'owned_by_order':
      return new ProblemError(refusal.code)
    default:
      return unreachable(refusal)
  }
}
