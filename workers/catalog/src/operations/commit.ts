import type { KioskEvent } from '@kiosk/contracts/events'
import { assert } from '@kiosk/kit/assert'
import type { Statement } from '@kiosk/kit/database'
import { describeError, log } from '@kiosk/kit/log'
import { waitUntil } from 'cloudflare:workers'
import type { Deps } from '../deps.ts'
import { conflictOf, type Conflict } from '../store/conflicts.ts'

/** How often a change is decided again when another request was faster. */
export const ATTEMPTS_MAX = 10

/**
 * Commits a change of what visitors see; nobody is served a page from before it once it is made.
 * `stale`: what the change was decided on has changed since.
 */
export async function commitChange(
  deps: Deps,
  statements: readonly Statement[],
  events: readonly KioskEvent[] = [],
): Promise<'committed' | 'stale' | Conflict> {
  const edit = await deps.relay().beginEdit()
  try {
    const outcome = await deps.commit(statements, events)
    assert(outcome !== 'duplicate', 'a request is no event')
    return outcome
  } catch (error) {
    const conflict = conflictOf(error)
    if (conflict === null) throw error
    return conflict
  } finally {
    waitUntil(endEdit(deps, edit))
  }
}

/** Has pages kept again. If that fails they are anyway, when no change can take so long any more. */
async function endEdit({ relay }: Deps, edit: number): Promise<void> {
  try {
    await relay().endEdit(edit)
  } catch (error) {
    log('warn', 'edit not ended', { error: describeError(error) })
  }
}
