import type { AuditPosition } from '@kiosk/contracts/rpc/audit'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { db } from '../test/worker.ts'
import { findUndelivered, lettersSection, outboxSections } from './audit-plumbing.ts'
import { auditPage, cutStep, section } from './audit.ts'
import { idFloor } from './ids.ts'

const NOW = Date.now()
const OLD = NOW - 60_000
const window = { since: 0, cutoff: NOW - 10_000 }

/** A section of the numbers below an end. */
function numbers(name: string, end: number) {
  return section(name, z.tuple([z.number()]), async ({ after, limit }) => {
    const from = after === null ? 0 : after[0] + 1
    const found = Array.from({ length: end }, (_, index) => index).slice(from, from + limit + 1)
    const { rows, next } = cutStep(found, limit, (row): [number] => [row])
    return { checked: { [name]: rows.length }, next }
  })
}

it('goes through all sections, page by page, and meets each row once', async () => {
  const sections = [numbers('a', 5), numbers('b', 0), numbers('c', 2)]
  const counts: Readonly<Record<string, number>>[] = []
  let after: AuditPosition | null = null
  do {
    const page = await auditPage(sections, { ...window, after, limit: 2 })
    if (!page.ok) throw new Error('a position that it gave')
    counts.push(page.value.checked)
    after = page.value.next
  } while (after !== null)
  expect(counts).toEqual([{ a: 2 }, { a: 2 }, { a: 1, b: 0, c: 2 }])
})

it.each([[['d', 1]], [['a', 'one']], [['a']]] as [AuditPosition][])(
  'refuses a position that no page gave: %j',
  async (after) => {
    const page = await auditPage([numbers('a', 5)], { ...window, after, limit: 2 })
    expect(page).toEqual({ ok: false, refusal: { code: 'no_such_position' } })
  },
)

/** An event's id of a time, ending as told. */
function idOf(time: number, end: string): string {
  return idFloor('event', time).slice(0, -end.length) + end
}

interface Row {
  readonly end: string
  readonly at?: number
  readonly attempts?: number
  readonly dueAt?: number
  readonly publishedAt?: number
}

async function insertEvents(rows: readonly Row[]): Promise<void> {
  const insert = db.$client.prepare('INSERT INTO outbox VALUES (?, ?, ?, ?, ?, ?)')
  await db.$client.batch(
    rows.map(({ end, at = OLD, attempts = 0, dueAt = OLD, publishedAt = null }) =>
      insert.bind(idOf(at, end), 'payments', '{"type":"t"}', attempts, dueAt, publishedAt),
    ),
  )
}

it('names what should have been sent, and tells what was, once it is old enough', async () => {
  await insertEvents([
    { end: 'A' },
    { end: 'B', attempts: 4, dueAt: NOW + 60_000 },
    { end: 'C', at: NOW },
    // Sent before, to be sent again: due only now.
    { end: 'D', dueAt: NOW },
    { end: 'E', publishedAt: OLD },
    { end: 'F', publishedAt: NOW },
  ])
  const page = await auditPage(outboxSections(db), { ...window, after: null, limit: 10 })
  expect(page).toMatchObject({
    ok: true,
    value: {
      findings: [
        {
          invariant: 'outbox_stuck',
          ids: { eventId: idOf(OLD, 'A'), destination: 'payments' },
          detail: expect.stringMatching(/^2 events .* tried 4 times/) as string,
        },
      ],
      events: [{ eventId: idOf(OLD, 'E'), type: 't', publishedAt: OLD }],
    },
  })
})

it('tells of each event that has not taken effect what is known of it', async () => {
  const ids = ['heard', 'failing', 'dead', 'replayed', 'unknown']
  await db.$client.batch([
    db.$client.prepare(`INSERT INTO inbox VALUES ('heard', 1)`),
    db.$client.prepare(`INSERT INTO delivery_failures VALUES ('failing', 2, '{}', 1, 2)`),
    ...(['dead', 'replayed'] as const).map((id) =>
      db.$client
        .prepare(
          `INSERT INTO dead_letters (id, event_id, type, event, error, attempts, dead_at, replayed_at)
           VALUES (?1, ?1, 't', '{}', '{}', 9, ?2, ?3)`,
        )
        .bind(id, OLD, id === 'replayed' ? 7 : null),
    ),
  ])
  expect(await findUndelivered(db, ids)).toEqual([
    { eventId: 'failing', failure: { attempts: 2, firstAt: 1, lastAt: 2 }, letter: null },
    { eventId: 'dead', failure: null, letter: { replayedAt: null } },
    { eventId: 'replayed', failure: null, letter: { replayedAt: 7 } },
    { eventId: 'unknown', failure: null, letter: null },
  ])
  const letters = await auditPage([lettersSection(db)], { ...window, after: null, limit: 10 })
  expect(letters).toMatchObject({
    value: { findings: [{ invariant: 'dead_letter_waiting', ids: { letterId: 'dead' } }] },
  })
})
