/** What is wrong in a run that is over, by the invariant of the design that says so. */
export interface Violation {
  readonly invariant: string
  readonly detail: string
}

export function wrong(invariant: string, detail: string): Violation {
  return { invariant, detail }
}

export const PAID_STATUSES: ReadonlySet<string> = new Set(['processing', 'shipped', 'delivered'])

export function sum(numbers: Iterable<number>): number {
  let total = 0
  for (const number of numbers) total += number
  return total
}
