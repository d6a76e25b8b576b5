import type { DatabaseSync } from 'node:sqlite'
import { openD1 } from './databases.ts'

const LOOK_EVERY_MS = 1
const GIVE_UP_AFTER_MS = 120_000

interface Waiting {
  readonly since: number
  readonly resolve: (at: number) => void
  readonly reject: (error: Error) => void
}

/**
 * Tells when orders have become `processing`, without asking the shop: asking takes requests that would be
 * measured, too. It looks into the database of the orders instead, every millisecond, whether anything was
 * committed since the last look, which costs some microseconds.
 */
export class OrderWatch {
  readonly #database: DatabaseSync
  readonly #version
  readonly #settled
  readonly #waiting = new Map<string, Waiting>()
  #timer: NodeJS.Timeout | undefined
  #seen = -1

  constructor(stateDir: string) {
    this.#database = openD1(stateDir, 'lapsed_holds')
    this.#version = this.#database.prepare('PRAGMA data_version')
    this.#settled = this.#database.prepare(
      `SELECT id, status FROM orders
       WHERE id IN (SELECT value FROM json_each(?)) AND status <> 'pending'`,
    )
  }

  /**
   * Resolves with the time (of `performance.now`) at which an order was seen to be `processing`.
   * @throws when it becomes something else, or nothing
   */
  processing(orderId: string): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    this.#waiting.set(orderId, { since: performance.now(), resolve, reject })
    // What happened before it was asked for is found as well.
    this.#seen = -1
    this.#timer ??= setInterval(() => this.#look(), LOOK_EVERY_MS)
    return promise
  }

  close(): void {
    clearInterval(this.#timer)
    this.#database.close()
  }

  #look(): void {
    const version = Number(this.#version.get()?.['data_version'])
    if (version !== this.#seen) {
      this.#seen = version
      const ids = JSON.stringify([...this.#waiting.keys()])
      for (const row of this.#settled.all(ids)) this.#end(String(row['id']), String(row['status']))
    }
    this.#giveUp()
    if (this.#waiting.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #end(orderId: string, status: string): void {
    const waiting = this.#waiting.get(orderId)
    this.#waiting.delete(orderId)
    if (status === 'processing') waiting?.resolve(performance.now())
    else waiting?.reject(new Error(`order ${orderId} became ${status}`))
  }

  #giveUp(): void {
    const [oldest] = this.#waiting
    if (oldest === undefined || performance.now() - oldest[1].since < GIVE_UP_AFTER_MS) return
    this.#waiting.delete(oldest[0])
    oldest[1].reject(new Error(`order ${oldest[0]} is still pending`))
  }
}
