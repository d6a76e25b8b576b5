import { ok, refuse, type Result } from '@kiosk/contracts/primitives/result'
import type { ReservationRef, ReserveRefusal } from '@kiosk/contracts/rpc/inventory'
import { callContext } from '@kiosk/kit/context'
import { describeError, log } from '@kiosk/kit/log'
import type { Deps } from '../deps.ts'
import type { Terms } from '../domain/reservation.ts'
import { findShortages, type Shortages } from './shortages.ts'
import { termsOf, type SkuTerms } from './terms.ts'

export interface ReserveInput extends ReservationRef {
  /** Epoch ms. */
  readonly expiresAt: number
  readonly owner: Terms['owner']
}

type Reserved = Result<{ expiresAt: number }, ReserveRefusal>
type Attempt = { readonly done: Reserved } | { readonly short: Shortages }

const DOUBLINGS_MAX = 4

/**
 * Holds all lines or none. Everybody acquires in SKU order. A shortage is final unless units are missing
 * only because others hold them who do not have all their lines yet: then it is tried again, a few times.
 */
export async function reserve(deps: Deps, input: ReserveInput): Promise<Reserved> {
  const lines = termsOf(input, input.owner)
  const { RESERVE_ATTEMPTS_MAX, RESERVE_RETRY_MS } = deps.config
  const attempt = crypto.randomUUID()
  for (let tries = 1; ; tries++) {
    const outcome = await acquireAll(deps, lines, { expiresAt: input.expiresAt, attempt })
    if ('done' in outcome) return outcome.done
    const { shortages, contended } = outcome.short
    if (!contended || tries >= RESERVE_ATTEMPTS_MAX) {
      return refuse({ code: 'insufficient_stock', shortages })
    }
    const doublings = Math.min(tries - 1, DOUBLINGS_MAX)
    await deps.wait(RESERVE_RETRY_MS * 2 ** doublings * (0.5 + deps.random()))
  }
}

async function acquireAll(
  deps: Deps,
  lines: readonly SkuTerms[],
  hold: { readonly expiresAt: number; readonly attempt: string },
): Promise<Attempt> {
  const call = callContext()
  let expiresAt = Infinity
  for (const [index, line] of lines.entries()) {
    const result = await deps.stock
      .getByName(line.sku)
      .reserve(call, line.terms, hold)
      .catch(async (error: unknown) => {
        // Nobody knows whether this line was taken.
        await giveBack(deps, lines.slice(0, index + 1), hold.attempt)
        throw error
      })
    if (result.ok) {
      expiresAt = Math.min(expiresAt, result.value.expiresAt ?? hold.expiresAt)
      continue
    }
    const { refusal } = result
    await giveBack(deps, lines.slice(0, index), hold.attempt)
    if (refusal.code !== 'insufficient_stock')
      return { done: refuse({ code: 'reservation_ended' }) }
    return { short: await findShortages(deps, { line, refusal }, lines.slice(index + 1)) }
  }
  return { done: ok({ expiresAt }) }
}

/**
 * Takes back what this call holds, without ending the reservation. Where that fails, the deadline of the
 * hold does it.
 */
async function giveBack(deps: Deps, lines: readonly SkuTerms[], attempt: string): Promise<void> {
  const call = callContext()
  await Promise.all(
    lines.map(({ sku, terms }) =>
      deps.stock
        .getByName(sku)
        .backOut(call, terms, attempt)
        .catch((error: unknown) => {
          const { reservationId } = terms
          log('warn', 'hold not taken back', { sku, reservationId, error: describeError(error) })
        }),
    ),
  )
}
