/** What one look at the shop found. */
export interface Sight {
  /** The process ids of the runtimes; empty where they cannot be known. */
  readonly runtimes: readonly number[]
  readonly answers: boolean
  /** Epoch ms. */
  readonly at: number
}

/** `replaced`: the runtime is another one, and answers. `stuck`: it is another one, and still does not. */
export type Finding = 'fine' | 'replaced' | 'stuck'

/** A runtime starts within seconds; a crowd of buyers may make its first answer wait for longer. */
const STUCK_AFTER_MS = 30_000

/**
 * Tells from one look to the next whether the runtime was replaced. Wrangler starts a new one by itself
 * when one dies, and says nothing; and when its own one dies, which only passes requests on, it starts
 * that again and then leaves every request without an answer.
 *
 * No answer alone says nothing: a busy shop gives none in time either.
 */
export class RuntimeWatch {
  #known: string | undefined
  #replacedAt: number | undefined

  look({ runtimes, answers, at }: Sight): Finding {
    const seen = runtimes.toSorted((a, b) => a - b).join(' ')
    if (this.#known !== undefined && seen !== this.#known) this.#replacedAt ??= at
    this.#known = seen
    if (this.#replacedAt === undefined) return 'fine'
    if (answers) {
      this.#replacedAt = undefined
      return 'replaced'
    }
    return at - this.#replacedAt > STUCK_AFTER_MS ? 'stuck' : 'fine'
  }
}
