import { runDurableObjectAlarm } from 'cloudflare:test'
import { eq, sql } from 'drizzle-orm'
import { beforeEach, describe, expect, it } from 'vitest'
import { orderCancelled } from '../test/events.ts'
import { db, down, sent, testEnv } from '../test/worker.ts'
import { createCommit, guard, received } from './commit.ts'
import { append, seqAt } from './outbox-log.ts'
import { inbox, outbox, outboxLate, outboxSent } from './tables.ts'

const relay = testEnv.RELAY.getByName('relay')
const commit = createCommit(db, testEnv.RELAY)

const rowsOf = (eventId: string) =>
  db
    .select()
    .from(outbox)
    .where(sql`${outbox.event} ->> '$.id' = ${eventId}`)
const queuesOf = (eventId: string) =>
  sent.flatMap(({ queue, body }) => (body.id === eventId ? [queue] : [])).toSorted()

beforeEach(() => down.clear())

describe('a commit', () => {
  it('writes one row per event, and sends it to each destination', async () => {
    const event = orderCancelled()
    expect(await commit([received(db, { id: 'x1' })], [event])).toBe('committed')
    await relay.nudge()
    expect(queuesOf(event.id)).toEqual(['inventory', 'notifications', 'payments'])
    const [row, ...others] = await rowsOf(event.id)
    expect(others).toEqual([])
    const marks = await db.select().from(outboxSent)
    expect(marks.map(({ upto }) => upto)).toContain(row?.seq)
  })

  it('numbers events in the order of their batches, also when clocks go backwards', async () => {
    const events = Array.from({ length: 5 }, () => orderCancelled())
    const ahead = seqAt(Date.now() + 60_000)
    await db.insert(outbox).values({ seq: ahead, event: '{"type":"of another clock"}' })
    for (const event of events) await commit([], [event])
    await relay.nudge()
    const numbered = await Promise.all(events.map(({ id }) => rowsOf(id)))
    expect(numbered.map(([row]) => row?.seq)).toEqual([1, 2, 3, 4, 5].map((step) => ahead + step))
    expect(events.map(({ id }) => queuesOf(id).length)).toEqual([3, 3, 3, 3, 3])
  })

  it('says nothing when a guard finds that it lost the race', async () => {
    const event = orderCancelled()
    const change = db.update(inbox).set({ receivedAt: 1 }).where(eq(inbox.eventId, 'nobody'))
    const batch = [received(db, { id: 'x2' }), change, guard(db)]
    expect(await commit(batch, [event])).toBe('stale')
    expect(await rowsOf(event.id)).toEqual([])
    expect(await db.select().from(inbox).where(eq(inbox.eventId, 'x2'))).toEqual([])
  })

  it('takes effect once per received event', async () => {
    const event = orderCancelled()
    await commit([received(db, { id: 'x3' })])
    expect(await commit([received(db, { id: 'x3' })], [event])).toBe('duplicate')
    expect(await rowsOf(event.id)).toEqual([])
  })

  it('throws what is neither, and writes nothing', async () => {
    const broken = db.run(sql`insert into nowhere values (1)`)
    const batch = [received(db, { id: 'x4' }), broken]
    await expect(commit(batch, [orderCancelled()])).rejects.toThrow('nowhere')
    expect(await db.select().from(inbox).where(eq(inbox.eventId, 'x4'))).toEqual([])
  })
})

describe('the relay', () => {
  it('has an alarm before the first batch: it sends what a crash left behind', async () => {
    const event = orderCancelled()
    await commit([received(db, { id: 'x4' })], [orderCancelled()])
    await db.batch([append(db, event) as never])
    expect(queuesOf(event.id)).toEqual([])
    expect(await runDurableObjectAlarm(relay)).toBe(true)
    expect(queuesOf(event.id)).toEqual(['inventory', 'notifications', 'payments'])
  })

  it('tries again what one queue did not take, and sends it to the others once', async () => {
    const event = orderCancelled()
    down.add('payments')
    await commit([received(db, { id: 'x5' })], [event])
    await relay.nudge()
    expect(queuesOf(event.id)).toEqual(['inventory', 'notifications'])
    expect(await db.select().from(outboxLate)).toMatchObject([
      { destination: 'payments', attempts: 1 },
    ])
    down.clear()
    await db.update(outboxLate).set({ dueAt: 0 })
    expect(await runDurableObjectAlarm(relay)).toBe(true)
    expect(queuesOf(event.id)).toEqual(['inventory', 'notifications', 'payments'])
    expect(await db.select().from(outboxLate)).toEqual([])
  })

  it('keeps an alarm whatever happens', async () => {
    await relay.keepAlive()
    await runDurableObjectAlarm(relay)
    expect(await runDurableObjectAlarm(relay)).toBe(true)
  })

  it('sends again what was published since a time, to the subscriber that is asked for', async () => {
    const event = orderCancelled()
    await commit([received(db, { id: 'x6' })], [event])
    await relay.nudge()
    expect(await relay.republish(Date.now() + 120_000, null)).toBe(0)
    expect(await relay.republish(Date.now() - 60_000, 'payments')).toBeGreaterThan(0)
    expect(queuesOf(event.id)).toEqual(['inventory', 'notifications', 'payments', 'payments'])
    expect(await db.select().from(outboxLate)).toEqual([])
  })
})
