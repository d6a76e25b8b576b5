import type { Result } from '@kiosk/contracts/primitives/result'
import { received } from '@kiosk/kit/commit'
import { currentContext } from '@kiosk/kit/context'
import type { Statement } from '@kiosk/kit/database'
import type { Deps } from '../deps.ts'
import type { Order, Transition } from '../domain/order.ts'
import { loadOrder, saveTransition } from '../store/order-store.ts'
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
 * once; it is not noted as received when there is no such order, which may be an answer or a mistake.
 */
export async function changeOrder<E extends { code: string }>(
  deps: Deps,
  orderId: string,
  decide: Decide<E>,
  event?: { readonly id: string },
): Promise<Changed<E>> {
  const { actor } = currentContext()
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const order = await loadOrder(deps.db, orderId)
    if (order === null) return { kind: 'not_found' }
    const decision = await decide(order)
    const inbox: Statement[] = event === undefined ? [] : [received(deps.db, event)]
    if (decision === null || !decision.ok) {
      // What has no effect is remembered too: an event that left no trace would pass for lost.
      await deps.commit(inbox)
      if (decision === null) return { kind: 'unchanged', order }
      return { kind: 'refused', refusal: decision.refusal }
    }
    const transition = decision.value
    const outcome = await deps.commit(
      [...inbox, ...saveTransition(deps.db, transition, actor)],
      eventsOf(transition.order, transition.entry),
    )
    if (outcome === 'committed') return { kind: 'changed', order: transition.order }
    if (outcome === 'duplicate') return { kind: 'unchanged', order }
  }
  throw new Error(`order ${orderId} keeps changing: gave up after ${ATTEMPTS_MAX} attempts`)
}
