import { setTimeout as sleep } from 'node:timers/promises'

const LOOK_EVERY_MS = 250
const QUIET_LOOKS = 2
/** The share of one processor that heartbeats and alarms of a resting shop may take. */
const RESTING_SHARE = 0.04
const SETTLE_WITHIN_MS = 120_000

/**
 * Waits until a shop has nothing left to do.
 *
 * @param cpuMs the processor time that it has used; null where that is not told: some time has to do there
 */
export async function untilAtRest(
  cpuMs: () => number | null,
  restingShare = RESTING_SHARE,
): Promise<void> {
  const deadline = Date.now() + SETTLE_WITHIN_MS
  for (let quiet = 0; quiet < QUIET_LOOKS;) {
    const before = cpuMs()
    await sleep(LOOK_EVERY_MS)
    const after = cpuMs()
    const share = before === null || after === null ? 0 : (after - before) / LOOK_EVERY_MS
    quiet = share <= restingShare ? quiet + 1 : 0
    if (Date.now() > deadline) throw new Error('the shop does not come to rest')
  }
}
