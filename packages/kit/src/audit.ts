import { ok, refuse } from '@kiosk/contracts/primitives/result'
import type {
  Audited,
  AuditFacts,
  AuditPage,
  AuditRequest,
  AuditWindow,
  Finding,
} from '@kiosk/contracts/rpc/audit'
import type { z } from 'zod'

type Position = readonly (string | number)[]

/** One step through a kind of row: which ones, from where on, and how many. */
export interface AuditStep<P extends Position> extends AuditWindow {
  readonly after: P | null
  readonly limit: number
}

/** What a step found. `next` is where it ended, null at the end of all rows. */
export interface AuditPart<P extends Position> extends Partial<AuditFacts> {
  readonly findings?: readonly Finding[]
  readonly checked?: Readonly<Record<string, number>>
  readonly next: P | null
}

/** A kind of row that an audit walks through. */
export interface AuditSection {
  readonly name: string
  read(
    request: AuditWindow & { limit: number },
    after: unknown,
  ): Promise<AuditPart<Position> | null>
}

/** Makes a section. `position` is what a place in it looks like: others are refused. */
export function section<P extends Position>(
  name: string,
  position: z.ZodType<P>,
  read: (step: AuditStep<P>) => Promise<AuditPart<P>>,
): AuditSection {
  return {
    name,
    read: async ({ since, cutoff, limit }, after) => {
      const place = position.nullable().safeParse(after)
      return place.success ? read({ since, cutoff, limit, after: place.data }) : null
    },
  }
}

/** Cuts the rows of a step that were read with `limit + 1`: the surplus one says that there are more. */
export function cutStep<Row, P extends Position>(
  rows: readonly Row[],
  limit: number,
  position: (row: Row) => P,
): { rows: Row[]; next: P | null } {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { rows: page, next: rows.length > limit && last !== undefined ? position(last) : null }
}

/**
 * One page of a Worker's audit. It reads sections until one of them has more rows than the limit, so a
 * small shop is done in one page.
 */
export async function auditPage(
  sections: readonly AuditSection[],
  request: AuditRequest,
): ReturnType<Audited['page']> {
  const [name = sections[0]?.name, ...place] = request.after ?? []
  const from = sections.findIndex((candidate) => candidate.name === name)
  if (from < 0) return refuse({ code: 'no_such_position' })
  const parts: AuditPart<Position>[] = []
  let after: Position | null = request.after === null ? null : place
  for (const current of sections.slice(from)) {
    const part = await current.read(request, after)
    if (part === null) return refuse({ code: 'no_such_position' })
    parts.push(part)
    if (part.next !== null) return ok(merge(parts, [current.name, ...part.next]))
    after = null
  }
  return ok(merge(parts, null))
}

function merge(parts: readonly AuditPart<Position>[], next: AuditPage['next']): AuditPage {
  return {
    findings: parts.flatMap(({ findings = [] }) => findings),
    orders: parts.flatMap(({ orders = [] }) => orders),
    payments: parts.flatMap(({ payments = [] }) => payments),
    reservations: parts.flatMap(({ reservations = [] }) => reservations),
    stock: parts.flatMap(({ stock = [] }) => stock),
    events: parts.flatMap(({ events = [] }) => events),
    checked: sumCounts(parts.map(({ checked = {} }) => checked)),
    next,
  }
}

type Counts = Readonly<Record<string, number>>

/** Adds up counts of the same name. */
export function sumCounts(all: readonly Counts[]): Counts {
  const sums: Record<string, number> = {}
  for (const counts of all) {
    for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count
  }
  return sums
}
