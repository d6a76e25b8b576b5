import type { Result } from '@kiosk/contracts/primitives/result'
import { received } from '@kiosk/kit/commit'
import { currentContext } from '@kiosk/kit/context'
import type { Deps } from '../deps.ts'
import type { Order, Transition } from '../domain/order.ts'
import { loadOrder, loadOrderFor, saveTransition } from '../store/order-store.ts'
import { eventsOf } from './order-events.ts'

const ATTEMPTS_MAX = 10

/** Decides on an order as it is now: a transition, a refusal, or null for nothing to do. */
type Decide<E extends { code: string }> = (
  order: Order,
) => Promise<Result<Transition, E> | null> | Result<Transition, E> | null

export type Changed<E extends { code: string }> =
  | { readonly kind: 'changed' | 'unchanged'; readonly order: Order }
  | { readonly kind: 'refused'; readonly refusal: E }
  | { readonly kind: 'not_found' }

/**
 * Loads an order, decides, and commits the transition with its events. If the order was changed in between
 * the decision is taken again on what it is now. `event` is the message that caused it, which takes effect
 * once: the entry that it makes names it. It is not noted as received when there is no such order, which may be
 * an answer or a mistake.
 */
export async function changeOrder<E extends { code: string }>(
  deps: Deps,
  orderId: string,
  decide: Decide<E>,
  event?: { readonly id: string },
): Promise<Changed<E>> {
  const { actor } = currentContext()
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const { order, isTaken } = await load(deps, orderId, event)
    if (order === null) return { kind: 'not_found' }
    if (isTaken) return { kind: 'unchanged', order }
    const decision = await decide(order)
    if (decision === null || !decision.ok) {
      // What has no effect is remembered too: an event that left no trace would pass for lost.
      if (event !== undefined) await deps.commit([received(deps.db, event)])
      if (decision === null) return { kind: 'unchanged', order }
      return { kind: 'refused', refusal: decision.refusal }
    }
    const transition = decision.value
    const outcome = await deps.commit(
      saveTransition(deps.db, transition, { actor, eventId: event?.id }),
      eventsOf(transition.order, transition.entry),
    )
    if (outcome === 'committed') return { kind: 'changed', order: transition.order }
  }
  throw new Error(`order ${orderId} keeps changing: gave up after ${ATTEMPTS_MAX} attempts`)
}

async function load(
  { db }: Deps,
  orderId: string,
  event: { readonly id: string } | undefined,
): Promise<{ order: Order | null; isTaken: boolean }> {
  if (event !== undefined) return loadOrderFor(db, orderId, event)
  return { order: await loadOrder(db, orderId), isTaken: false }
}
