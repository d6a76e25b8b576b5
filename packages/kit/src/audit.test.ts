import type { AuditPosition } from '@kiosk/contracts/rpc/audit'
import { sql } from 'drizzle-orm'
import { beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { db } from '../test/worker.ts'
import { findUndelivered, lettersSection, outboxSections } from './audit-plumbing.ts'
import { auditPage, cutStep, section } from './audit.ts'
import { newId } from './ids.ts'
import { seqAt } from './outbox-log.ts'
import { outbox, outboxLate, outboxSent } from './tables.ts'

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

/** An event said at a time. */
function said(at: number, type = 'order.cancelled') {
  const id = newId('event')
  const event = { id, type, data: { orderId: 'ord_1', customerId: 'usr_1' } }
  return { id, row: { seq: seqAt(at) + taken++, event: JSON.stringify(event) } }
}
let taken = 0

beforeEach(() => db.batch([db.delete(outbox), db.delete(outboxSent), db.delete(outboxLate)]))

const MINUTE = Math.floor(OLD / 60_000)
const pageOf = () => auditPage(outboxSections(db), { ...window, after: null, limit: 10 })

it('names what should have been sent, once it is old enough', async () => {
  const events = [said(OLD), said(OLD), said(OLD, 'order.shipped'), said(NOW)]
  const [sent, again] = [said(OLD - 2), said(OLD - 1)]
  await db.insert(outbox).values([sent, again, ...events].map(({ row }) => row))
  await db.insert(outboxSent).values({ minute: MINUTE, upto: again.row.seq, at: OLD })
  await db.insert(outboxLate).values([
    { seq: sent.row.seq, destination: 'payments', attempts: 4, dueAt: NOW + 60_000 },
    // Sent before, to be sent again: due only now.
    { seq: again.row.seq, destination: 'inventory', attempts: 0, dueAt: NOW },
  ])
  const stuck = (about: { id: string } | undefined, destination: string, detail: RegExp) => ({
    invariant: 'outbox_stuck',
    ids: { eventId: about?.id, destination },
    detail: expect.stringMatching(detail) as string,
  })
  expect(await pageOf()).toMatchObject({
    ok: true,
    value: {
      findings: [
        stuck(events[0], 'inventory', /^2 events .* never tried/),
        stuck(events[0], 'notifications', /^3 events .* never tried/),
        stuck(events[0], 'payments', /^2 events .* never tried/),
        stuck(sent, 'payments', /^1 events .* tried 4 times/),
      ],
    },
  })
})

it('tells what was sent, to whom, and whom it is about, once it is old enough', async () => {
  const [old, late, young] = [said(OLD), said(OLD), said(NOW)]
  await db.insert(outbox).values([old, late, young].map(({ row }) => row))
  await db.insert(outboxSent).values([
    { minute: MINUTE, upto: late.row.seq, at: OLD },
    { minute: MINUTE + 1, upto: young.row.seq, at: NOW },
  ])
  await db.insert(outboxLate).values({ ...late.row, destination: 'x', attempts: 1, dueAt: NOW })
  const about = { eventId: old.id, orderId: 'ord_1', userId: 'usr_1', saidAt: OLD }
  expect(await pageOf()).toMatchObject({
    value: {
      events: ['inventory', 'payments', 'notifications'].map((destination) => ({
        ...about,
        type: 'order.cancelled',
        destination,
      })),
    },
  })
})

it('tells of each event that has not taken effect what is known of it', async () => {
  const asked = ['heard', 'failing', 'dead', 'replayed', 'unknown', 'told'].map((eventId) => {
    return { eventId, orderId: null, userId: eventId === 'told' ? 'usr_1' : null }
  })
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
  const isTold = sql`asked.value ->> 'userId' is 'usr_1'`
  expect(await findUndelivered(db, asked, isTold)).toEqual([
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
