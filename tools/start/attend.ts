import { setTimeout as sleep } from 'node:timers/promises'
import { lookAtProcesses, runtimesIn } from './processes.ts'
import { RuntimeWatch } from './runtime-watch.ts'
import { answers, type Workers } from './workers.ts'

const LOOK_EVERY_MS = 2_000

interface Callbacks {
  /** The Workers are other ones than before, so what was in their queues is gone. */
  readonly onReplaced: (why: string) => void
}

/** Watches over running Workers until they ended by themselves, or no longer answer. */
export async function attend(
  { gone, group, logs }: Workers,
  url: string,
  { onReplaced }: Callbacks,
): Promise<'gone' | 'stuck'> {
  let watch = new RuntimeWatch()
  let hasEnded = false
  const ended = gone.then(() => (hasEnded = true))
  logs.onReload(() => {
    // Told by wrangler itself: the next look would tell it again.
    watch = new RuntimeWatch()
    onReplaced('The sources have changed')
  })
  while (!hasEnded) {
    const runtimes = runtimesIn(group, await lookAtProcesses())
    const sight = { runtimes, answers: await answers(`${url}/healthz`), at: Date.now() }
    const finding = watch.look(sight)
    if (finding === 'stuck') return 'stuck'
    if (finding === 'replaced') onReplaced('The runtime died')
    await Promise.race([ended, sleep(LOOK_EVERY_MS)])
  }
  return 'gone'
}
