import { audit as route, type AuditReport, type Violation } from '@kiosk/contracts/http/audit'
import { remedyFor } from '@kiosk/contracts/invariants'
import { toInstant } from '@kiosk/contracts/primitives/time'
import { endpointsOf } from '@kiosk/kit/app'
import { decodeCursor, encodeCursor } from '@kiosk/kit/cursor'
import { z } from 'zod'
import { type Deps, SERVICES } from '../deps.ts'
import type { Found } from '../domain/audit-orders.ts'
import type { Env } from '../env.ts'
import { audit, FROM_THE_START, type Places } from '../operations/audit.ts'

const endpoint = endpointsOf<Env, Deps>()

const Position = z.tuple([z.string()]).rest(z.union([z.string(), z.number()]))
const Place = z.union([z.enum(['start', 'end']), Position])

/** One text for each service, because a cursor is a flat list. */
const Cursor = z.array(z.string().refine(isPlace)).length(SERVICES.length)

export const auditEndpoint = endpoint(route, async (c) => {
  const { graceSeconds, since, cursor } = c.req.valid('query')
  const { deps } = c.var
  const checkedAt = deps.now()
  const window = {
    since: since === undefined ? 0 : Date.parse(since),
    cutoff: checkedAt - graceSeconds * 1000,
  }
  const { found, checked, places } = await audit(deps, window, placesOf(cursor))
  const isDone = SERVICES.every((service) => places[service] === 'end')
  const report: AuditReport = {
    checkedAt: toInstant(checkedAt),
    graceSeconds,
    checked,
    violations: found.map(toViolation),
    nextCursor: isDone ? null : cursorOf(places),
  }
  return c.json(report, 200)
})

function toViolation({ invariant, service, ids, detail }: Found): Violation {
  return { invariant, service, ids, detail, remedy: remedyFor(invariant, ids) }
}

function cursorOf(places: Places): string {
  return encodeCursor(SERVICES.map((service) => JSON.stringify(places[service])))
}

function placesOf(cursor: string | undefined): Places {
  const texts = decodeCursor(cursor, Cursor)
  if (texts === null) return FROM_THE_START
  const places = texts.map((text) => Place.parse(JSON.parse(text)))
  const entries = SERVICES.map((service, index) => [service, places[index] ?? 'end'] as const)
  return { ...FROM_THE_START, ...Object.fromEntries(entries) }
}

function isPlace(text: string): boolean {
  try {
    return Place.safeParse(JSON.parse(text)).success
  } catch {
    return false
  }
}
