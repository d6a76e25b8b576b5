import { describeError, log } from '@kiosk/kit/log'
import type { Mark, News } from '../domain/changes.ts'
import { sharing } from './sharing.ts'

/** An answer that everybody gets. */
export interface Page {
  readonly body: string
  readonly etag: string | null
  /** Whose stock it shows. */
  readonly skus: readonly string[]
  /** Whether it counts or selects what is in stock. */
  readonly isList: boolean
}

/** What a page that is made from now on will show. */
interface Moment {
  readonly at: number
  readonly era: number
}

interface Kept {
  readonly page: Page
  readonly at: number
  readonly until: number
}

type Ask = (since: Mark | null) => Promise<News>

/** In an isolate that has 128 MB for everything; a character takes a byte or two. */
const CHARACTERS_MAX = 16_000_000
const PAGE_CHARACTERS_MAX = 500_000
/** Nothing relies on it: it ends what no rule foresaw. */
const KEEP_MS = 60_000
/** Reading the database takes less than waiting any longer. */
const PATIENCE_MS = 2_000

/**
 * What this isolate has answered lately. What has changed since is asked of the one object that is told
 * of every change, each time: what comes from here is never older than the question. While that object
 * does not answer, nothing comes from here.
 */
export class Pages {
  readonly #kept = new Map<string, Kept>()
  readonly #movedAt = new Map<string, number>()
  readonly #now: () => number
  readonly #catchUp: () => Promise<Moment | null>
  #mark: Mark | null = null
  #turnedAt = 0
  /** Another one whenever everything that was kept is dropped. */
  #era = 0
  #characters = 0

  constructor(ask: Ask, now: () => number) {
    this.#now = now
    this.#catchUp = sharing(async () => {
      const since = this.#mark
      const news = await ask(since)
      // One that was given up has been overtaken: what it says is no news.
      return since === this.#mark ? this.#hear(news) : null
    }, PATIENCE_MS)
  }

  /** The page, if it was kept and is still so; and the moment to keep it by, if it may be. */
  async find(address: string): Promise<{ page: Page | null; moment: Moment | null }> {
    const moment = await this.#moment()
    const kept = this.#kept.get(address)
    if (moment === null || kept === undefined || !this.#isStillSo(kept)) {
      return { page: null, moment }
    }
    this.#put(address, kept)
    return { page: kept.page, moment }
  }

  /** Keeps a page that was read after a moment. */
  keep(address: string, page: Page, { at, era }: Moment): void {
    if (era !== this.#era || address.length + page.body.length > PAGE_CHARACTERS_MAX) return
    this.#put(address, { page, at, until: this.#now() + KEEP_MS })
  }

  async #moment(): Promise<Moment | null> {
    try {
      return await this.#catchUp()
    } catch (error) {
      log('warn', 'cache failed', { error: describeError(error) })
      return null
    }
  }

  #hear({ mark, moved, hasTurned, isEditing }: News): Moment | null {
    if (moved === 'all') this.#forget()
    else {
      for (const sku of moved) this.#movedAt.set(sku, mark.at)
      if (hasTurned) this.#turnedAt = mark.at
    }
    this.#mark = mark
    return isEditing ? null : { at: mark.at, era: this.#era }
  }

  #isStillSo({ page, at, until }: Kept): boolean {
    if (this.#now() >= until) return false
    if (page.isList && this.#turnedAt > at) return false
    return page.skus.every((sku) => (this.#movedAt.get(sku) ?? 0) <= at)
  }

  #forget(): void {
    this.#era += 1
    this.#kept.clear()
    this.#characters = 0
    this.#movedAt.clear()
    this.#turnedAt = 0
  }

  /** Makes it the last to go: a map is in the order of insertion. */
  #put(address: string, kept: Kept): void {
    this.#drop(address)
    this.#kept.set(address, kept)
    this.#characters += sizeOf(address, kept)
    for (const first of this.#kept.keys()) {
      if (this.#characters <= CHARACTERS_MAX) break
      this.#drop(first)
    }
  }

  #drop(address: string): void {
    const kept = this.#kept.get(address)
    if (kept === undefined) return
    this.#kept.delete(address)
    this.#characters -= sizeOf(address, kept)
  }
}

function sizeOf(address: string, { page }: Kept): number {
  return address.length + page.body.length
}
