/** How many moves of stock are remembered one by one. */
export const MOVES_MAX = 1_000
/** Of how many SKUs it is remembered whether there is any. */
export const SKUS_MAX = 50_000
/** Longer than a batch can take: an edit that has not ended by then was cut off. */
export const EDIT_MS_MAX = 60_000

/** How far a count of changes had come. */
export interface Mark {
  readonly count: string
  readonly at: number
}

/** What has changed since a mark. */
export interface News {
  readonly mark: Mark
  /** The SKUs whose stock moved; `all`: anything may be another. */
  readonly moved: readonly string[] | 'all'
  /** Whether one of them ran out, or was had again: what counts or filters by that is another. */
  readonly hasTurned: boolean
  /** Whether something is being edited, so that what is read now may be old before it is sent. */
  readonly isEditing: boolean
}

/** What inventory told of a SKU. */
export interface StockMove {
  readonly sku: string
  readonly isInStock: boolean
  /** A higher one is newer. */
  readonly version: number
}

/**
 * Counts the changes of what visitors see. An edit begins before it is written and ends after it, so
 * that one that is cut off between its commit and its end is not missed.
 */
export class Changes {
  readonly #count: string
  readonly #moves: { readonly at: number; readonly sku: string }[] = []
  readonly #stock = new Map<string, StockMove>()
  readonly #edits = new Map<number, number>()
  #at = 0
  #editedAt = 0
  #turnedAt = 0

  /** @param count names it: what was marked by another count is older than anything of this one */
  constructor(count: string) {
    this.#count = count
  }

  beginEdit(now: number): number {
    this.#edited()
    this.#edits.set(this.#at, now + EDIT_MS_MAX)
    return this.#at
  }

  endEdit(edit: number): void {
    this.#edits.delete(edit)
    this.#edited()
  }

  stockMoved(move: StockMove): void {
    const { sku, version, isInStock } = move
    this.#at += 1
    this.#moves.push({ at: this.#at, sku })
    if (this.#moves.length > MOVES_MAX) this.#moves.shift()
    const known = this.#stock.get(sku)
    if (known !== undefined && known.version >= version) return
    if (known?.isInStock !== isInStock) this.#turnedAt = this.#at
    if (this.#stock.size >= SKUS_MAX) this.#stock.clear()
    this.#stock.set(sku, move)
  }

  newsSince(mark: Mark | null, now: number): News {
    for (const [edit, deadline] of this.#edits) {
      if (deadline <= now) this.endEdit(edit)
    }
    return {
      mark: { count: this.#count, at: this.#at },
      moved: this.#movedSince(mark),
      hasTurned: mark === null || mark.at < this.#turnedAt,
      isEditing: this.#edits.size > 0,
    }
  }

  #movedSince(mark: Mark | null): readonly string[] | 'all' {
    if (mark?.count !== this.#count || mark.at < this.#editedAt) return 'all'
    const [oldest] = this.#moves
    const isForgotten = this.#moves.length === MOVES_MAX && mark.at < (oldest?.at ?? 0) - 1
    if (isForgotten) return 'all'
    return mark.at === this.#at
      ? []
      : this.#moves.filter(({ at }) => at > mark.at).map(({ sku }) => sku)
  }

  #edited(): void {
    this.#at += 1
    this.#editedAt = this.#at
  }
}
