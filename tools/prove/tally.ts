import type { Violation } from '../../tests/faults/checks/violation.ts'
import type { Journey } from '../../tests/faults/journeys/journey.ts'
import type { Outcome } from '../../tests/faults/runner.ts'
import type { Kind } from '../../tests/faults/seam/protocol.ts'

/** What all faults of one kind in one journey came to. */
export interface Cell {
  tried: number
  violated: number
  /** The point did not come up again, so the fault never struck. */
  missed: number
}

/** Keeps count of a proof. */
export class Tally {
  readonly startedAt = Date.now()
  readonly rows: ReadonlyMap<string, Map<Kind, Cell>>
  readonly points = new Map<string, number>()
  /** Violations without a fault, or of the product's own audit. */
  readonly broken: string[] = []
  planned = 0

  constructor(journeys: readonly Journey[]) {
    this.rows = new Map(journeys.map(({ name }) => [name, new Map<Kind, Cell>()]))
  }

  add({ journey, kind, attempts, violations }: Outcome): void {
    const row = this.rows.get(journey.name)
    const cell = row?.get(kind) ?? { tried: 0, violated: 0, missed: 0 }
    row?.set(kind, cell)
    if (attempts === null) cell.missed += 1
    else cell.tried += 1
    if (violations.length > 0) cell.violated += 1
  }

  note(what: string, violations: readonly Violation[]): void {
    this.broken.push(
      ...violations.map(({ invariant, detail }) => `${what}: ${invariant}: ${detail}`),
    )
  }

  total(count: keyof Cell): number {
    let total = 0
    for (const row of this.rows.values()) for (const cell of row.values()) total += cell[count]
    return total
  }

  get isClean(): boolean {
    return this.total('violated') === 0 && this.broken.length === 0
  }
}
