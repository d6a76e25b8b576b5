import type { KioskEvent } from '@kiosk/contracts/events'
import { assert } from '@kiosk/kit/assert'
import type { Statement } from '@kiosk/kit/database'
import type { Deps } from '../deps.ts'
import { conflictOf, type Conflict } from '../store/conflicts.ts'

/** How often a change is decided again when another request was faster. */
export const ATTEMPTS_MAX = 10

/** Commits. `stale`: what the change was decided on has changed since. */
export async function commitChange(
  deps: Deps,
  statements: readonly Statement[],
  events: readonly KioskEvent[] = [],
): Promise<'committed' | 'stale' | Conflict> {
  try {
    const outcome = await deps.commit(statements, events)
    assert(outcome !== 'duplicate', 'a request is no event')
    return outcome
  } catch (error) {
    const conflict = conflictOf(error)
    if (conflict === null) throw error
    return conflict
  }
}
