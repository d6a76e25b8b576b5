import { Cron, type CronOptions } from 'croner'
import { describeError, log } from './log.ts'

/** Calls the `scheduled()` handler of the Worker. */
export type Fire = (cron: string, at: Date) => Promise<void>

/** As Cloudflare reads a pattern: by UTC, in five parts, with Sunday as the first day of seven. */
const AS_CLOUDFLARE: CronOptions = {
  timezone: 'UTC',
  mode: '5-part',
  alternativeWeekdays: true,
  // A trigger whose last run has not ended is left out.
  protect: true,
}

/** Fires the cron triggers of a Worker. */
export function startCrons(crons: readonly string[], fire: Fire): { readonly stop: () => void } {
  const jobs = crons.map(
    (cron) =>
      new Cron(cron, AS_CLOUDFLARE, async () => {
        await fire(cron, new Date()).catch((error: unknown) => {
          log('error', 'cron failed', { cron, error: describeError(error) })
        })
      }),
  )
  return {
    stop: () => {
      for (const job of jobs) job.stop()
    },
  }
}
