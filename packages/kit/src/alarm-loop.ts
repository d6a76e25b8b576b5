import { DurableObject } from 'cloudflare:workers'
import { systemContext, withContext } from './context.ts'
import { describeError, log } from './log.ts'

/**
 * Sees to it, before a write that a loop has to find, that the loop beats. Once it does it beats for ever, so
 * an isolate asks once.
 */
export function awakeOnce(loop: () => { keepAlive(): Promise<void> }): () => Promise<void> {
  let isAwake = false
  return async () => {
    if (!isAwake) await loop().keepAlive()
    isAwake = true
  }
}

/**
 * A Durable Object that works by alarm: the next alarm is set before the work, so no failure and no crash
 * can leave it without one. Work may be asked for twice at once; it runs one at a time.
 */
export abstract class AlarmLoop<Env> extends DurableObject<Env> {
  #running: Promise<void> | null = null
  #again = false

  protected abstract readonly service: string
  /** How long the loop may sleep when nothing is due, ms. */
  protected abstract heartbeatMs(): number
  /** How soon an armed alarm fires, ms. */
  protected abstract backstopMs(): number
  /** Does what is due. Returns when the next thing is (epoch ms), or null. */
  protected abstract work(): Promise<number | null>

  /** Makes sure that an alarm fires within the backstop time. Call it before a write that needs work. */
  async arm(): Promise<void> {
    await this.#alarmBy(Date.now() + this.backstopMs())
  }

  /** Makes sure that the loop beats at all. */
  async keepAlive(): Promise<void> {
    await this.#alarmBy(Date.now() + this.heartbeatMs())
  }

  /** Does now what is due. */
  async nudge(): Promise<void> {
    if (this.#running !== null) {
      this.#again = true
      return this.#running
    }
    this.#running = this.#runUntilQuiet().finally(() => {
      this.#running = null
    })
    return this.#running
  }

  override async alarm(): Promise<void> {
    await this.ctx.storage.setAlarm(Date.now() + this.heartbeatMs())
    await this.nudge()
  }

  async #runUntilQuiet(): Promise<void> {
    await withContext(systemContext(this.service), async () => {
      do {
        this.#again = false
        try {
          const next = await this.work()
          if (next !== null) await this.#alarmBy(Math.max(next, Date.now() + 1))
        } catch (error) {
          // Swallowed on purpose: an alarm that throws six times is dropped for good.
          log('error', 'loop failed', { loop: this.constructor.name, error: describeError(error) })
          await this.#alarmBy(Date.now() + this.backstopMs())
        }
      } while (this.#again)
    })
  }

  async #alarmBy(time: number): Promise<void> {
    const current = await this.ctx.storage.getAlarm()
    if (current === null || current > time) await this.ctx.storage.setAlarm(time)
  }
}
