import { CHANNELS } from '@kiosk/contracts/http/notifications'
import { AlarmLoop } from '@kiosk/kit/alarm-loop'
import { createDeps } from '../deps.ts'
import type { Env } from '../env.ts'
import { handOverDue } from '../operations/hand-over.ts'

/** Hands due messages to their providers: one object, named `dispatcher`. */
export class Dispatcher extends AlarmLoop<Env> {
  readonly #deps = createDeps(this.env)

  protected override readonly service = 'notifications'

  protected override heartbeatMs(): number {
    return this.#deps.config.DISPATCH_HEARTBEAT_MS
  }

  protected override backstopMs(): number {
    return this.#deps.config.DISPATCH_BACKSTOP_MS
  }

  /** Channels do not wait for each other: a provider that hangs delays only its own. */
  protected override async work(): Promise<number | null> {
    const done = await Promise.allSettled(CHANNELS.map((name) => handOverDue(this.#deps, name)))
    const next = done.map((channel) => {
      if (channel.status === 'rejected') throw channel.reason
      return channel.value
    })
    const times = next.filter((time) => time !== null)
    return times.length === 0 ? null : Math.min(...times)
  }
}
