/** Something that must never be so. `invariant` is a number of the design, or what else was broken. */
export class Violation extends Error {
  readonly invariant: string
  readonly ids: Readonly<Record<string, unknown>>

  constructor(invariant: string, what: string, ids: Readonly<Record<string, unknown>> = {}) {
    super(what)
    this.name = 'Violation'
    this.invariant = invariant
    this.ids = ids
  }
}
