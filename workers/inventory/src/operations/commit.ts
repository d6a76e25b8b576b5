import { ok, refuse, type Result } from '@kiosk/contracts/primitives/result'
import type { CommitRefusal, ReservationRef } from '@kiosk/contracts/rpc/inventory'
import type { Deps } from '../deps.ts'
import type { Terms } from '../domain/reservation.ts'
import { askShelf } from './shelf.ts'
import { findShortages } from './shortages.ts'
import { termsOf, type SkuTerms } from './terms.ts'

type Committed = Result<null, CommitRefusal>

const ROUNDS_MAX = 5

/**
 * Pins every line, so that no deadline can free one, then deducts every line; the last one at once, because
 * nothing comes between. Cut off anywhere, it can be done again: what is pinned or deducted stays so.
 * @throws when a commit of the same reservation keeps failing at the same time and unpins it.
 */
export async function commit(
  deps: Deps,
  reservation: ReservationRef,
  owner: Terms['owner'],
): Promise<Committed> {
  const lines = termsOf(reservation, owner)
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const pinned = await pinAll(deps, lines)
    if (!pinned.ok) return pinned
    const deducted = await deductAll(deps, lines.slice(0, -1))
    if (deducted !== 'not_pinned') return deducted
  }
  throw new Error(`reservation ${reservation.reservationId} does not stay pinned`)
}

/** Pins all lines but the last one, which is sold. */
async function pinAll(deps: Deps, lines: readonly SkuTerms[]): Promise<Committed> {
  for (const [index, line] of lines.entries()) {
    const isLast = index === lines.length - 1
    const result = await askShelf(deps, line, (stock, call, terms) =>
      isLast ? stock.sell(call, terms) : stock.pin(call, terms),
    )
    if (result.ok) continue
    const { refusal } = result
    const short =
      refusal.code === 'insufficient_stock'
        ? await findShortages(deps, { line, refusal }, lines.slice(index + 1))
        : null
    // All lines, not only those before: a commit that was cut off may have pinned any of them.
    await Promise.all(
      lines.map((each) => askShelf(deps, each, (stock, call, terms) => stock.unpin(call, terms))),
    )
    return short === null
      ? refuse({ code: 'reservation_ended' })
      : refuse({ code: 'insufficient_stock', shortages: short.shortages })
  }
  return ok(null)
}

async function deductAll(
  deps: Deps,
  lines: readonly SkuTerms[],
): Promise<Committed | 'not_pinned'> {
  for (const line of lines) {
    const result = await askShelf(deps, line, (stock, call, terms) => stock.deduct(call, terms))
    if (result.ok) continue
    return result.refusal.code === 'not_pinned'
      ? 'not_pinned'
      : refuse({ code: 'reservation_ended' })
  }
  return ok(null)
}
