import type { Shortage } from '@kiosk/contracts/errors'
import { ok, refuse, type Result } from '@kiosk/contracts/primitives/result'
import type { ReservationRef, ReserveRefusal } from '@kiosk/contracts/rpc/inventory'
import { describeError, log } from '@kiosk/kit/log'
import type { Deps } from '../deps.ts'
import type { Terms } from '../domain/reservation.ts'
import { askShelf } from './shelf.ts'
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
  const late = cameTooLate(deps, lines)
  if (late !== null) return refuse({ code: 'insufficient_stock', shortages: [late] })
  const attempt = crypto.randomUUID()
  for (let tries = 1; ; tries++) {
    const outcome = await acquireAll(deps, lines, { expiresAt: input.expiresAt, attempt })
    if ('done' in outcome) return outcome.done
    const { shortages, contended } = outcome.short
    if (!contended || tries >= RESERVE_ATTEMPTS_MAX) {
      if (!contended) noteSoldOut(deps, shortages)
      return refuse({ code: 'insufficient_stock', shortages })
    }
    const doublings = Math.min(tries - 1, DOUBLINGS_MAX)
    await deps.wait(RESERVE_RETRY_MS * 2 ** doublings * (0.5 + deps.random()))
  }
}

/** The shortage of the one line of a reservation whose SKU was sold out a moment ago. */
function cameTooLate(deps: Deps, [line, ...others]: readonly SkuTerms[]): Shortage | null {
  // Every short SKU is to be named, so of several lines all are asked.
  if (line === undefined || others.length > 0) return null
  const { sku, terms } = line
  const isSoldOut = deps.soldOut.has(sku, terms.reservationId, deps.now())
  return isSoldOut ? { sku, requested: terms.quantity, available: 0 } : null
}

function noteSoldOut(deps: Deps, shortages: readonly Shortage[]): void {
  for (const { sku, available } of shortages) {
    if (available === 0 && deps.plans.knows(sku)) deps.soldOut.note(sku, deps.now())
  }
}

async function acquireAll(
  deps: Deps,
  lines: readonly SkuTerms[],
  hold: { readonly expiresAt: number; readonly attempt: string },
): Promise<Attempt> {
  let expiresAt = Infinity
  for (const [index, line] of lines.entries()) {
    const result = await askShelf(deps, line, (stock, call, terms) =>
      stock.reserve(call, terms, hold),
    ).catch(async (error: unknown) => {
      // Nobody knows whether this line was taken.
      await giveBack(deps, lines.slice(0, index + 1), hold.attempt)
      throw error
    })
    if (result.ok) {
      expiresAt = Math.min(expiresAt, result.value.expiresAt ?? hold.expiresAt)
      deps.soldOut.forget(line.sku)
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
  await Promise.all(
    lines.map((line) =>
      askShelf(deps, line, (stock, call, terms) => stock.backOut(call, terms, attempt)).catch(
        (error: unknown) => {
          const { sku, terms } = line
          const { reservationId } = terms
          log('warn', 'hold not taken back', { sku, reservationId, error: describeError(error) })
        },
      ),
    ),
  )
}
