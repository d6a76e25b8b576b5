import type { Kind, Tally } from './protocol.ts'

/** What this Worker has used. All its invocations and Durable Objects share one isolate. */
class Recorder {
  #tally = new Map<Kind, Map<string, number>>()
  #cursors: { readonly name: string; readonly cursor: SqlStorageCursor<never> }[] = []

  add(kind: Kind, name: string, times = 1): void {
    const names = this.#tally.get(kind) ?? new Map<string, number>()
    this.#tally.set(kind, names)
    names.set(name, (names.get(name) ?? 0) + times)
  }

  /** A cursor knows what it cost once it is read, which is up to the product. */
  addCursor(name: string, cursor: SqlStorageCursor<never>): void {
    this.#cursors.push({ name, cursor })
  }

  get tally(): Tally {
    for (const { name, cursor } of this.#cursors.splice(0)) {
      this.add('object read', name, cursor.rowsRead)
      this.add('object written', name, cursor.rowsWritten)
    }
    const kinds = [...this.#tally].map(([kind, names]) => [kind, Object.fromEntries(names)])
    return Object.fromEntries(kinds) as Tally
  }

  reset(): void {
    this.#cursors = []
    this.#tally.clear()
  }
}

export const recorder = new Recorder()
