import { remedyFor } from '@kiosk/contracts/invariants'
import { systemContext, withContext } from '@kiosk/kit/context'
import { describeError, log } from '@kiosk/kit/log'
import type { Deps } from '../deps.ts'
import { audit, FROM_THE_START } from './audit.ts'

/** The trigger of `wrangler.toml` that has everything looked at; the others: what changed lately. */
const EVERYTHING = '17 3 * * *'
const GRACE_MS = 60_000
/** Longer than stock is held and than it takes to retry a message, so that what goes wrong slowly is seen. */
const LATELY_MS = 2 * 60 * 60 * 1000

/** Audits the shop and logs what is wrong: a line of counts, and an error for each violation. */
export function auditOnSchedule(
  deps: Pick<Deps, 'auditors' | 'config' | 'now'>,
  cron: string,
): Promise<void> {
  return withContext(systemContext('gateway'), async () => {
    const startedAt = deps.now()
    const isWhole = cron === EVERYTHING
    const window = {
      since: isWhole ? 0 : startedAt - LATELY_MS,
      cutoff: startedAt - GRACE_MS,
    }
    try {
      const { found, checked, places } = await audit(deps, window, FROM_THE_START)
      for (const { invariant, service: owner, ids, detail } of found) {
        const remedy = remedyFor(invariant, ids)
        log('error', 'violation', { invariant, owner, ids, detail, remedy })
      }
      log(found.length === 0 ? 'info' : 'error', 'audit', {
        scope: isWhole ? 'everything' : 'lately',
        // A large shop takes more calls than one run may make: GET /v1/ops/audit goes on by cursor.
        complete: Object.values(places).every((place) => place === 'end'),
        violations: found.length,
        checked,
        durationMs: deps.now() - startedAt,
      })
    } catch (error) {
      log('error', 'audit failed', { error: describeError(error) })
    }
  })
}
