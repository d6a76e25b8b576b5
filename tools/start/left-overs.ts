import { setTimeout as sleep } from 'node:timers/promises'
import { listProcesses } from './processes.ts'

const OURS = /\b(wrangler|workerd|esbuild)\b/
const POLL_MS = 50
const WITHIN_MS = 5_000

/**
 * Ends the Workers of a shop that was killed, where they outlived it: two runtimes on the same SQLite
 * files corrupt them. Returns how many processes that were.
 */
export async function endLeftOvers(group: number | undefined): Promise<number> {
  if (group === undefined) return 0
  const found = leftIn(group)
  const deadline = Date.now() + WITHIN_MS
  for (let left = found; left.length > 0 && Date.now() < deadline; left = leftIn(group)) {
    left.forEach(kill)
    await sleep(POLL_MS)
  }
  return found.length
}

// The id of the group may belong to somebody else by now, so what does not look like ours stays.
function leftIn(group: number): number[] {
  return listProcesses()
    .filter((process) => process.group === group && OURS.test(process.command))
    .map((process) => process.pid)
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
