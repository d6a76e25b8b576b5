import { runDurableObjectAlarm } from 'cloudflare:test'
import { eq, sql } from 'drizzle-orm'
import { beforeEach, describe, expect, it } from 'vitest'
import { orderCancelled } from '../test/events.ts'
import { db, down, sent, testEnv } from '../test/worker.ts'
import { createCommit, guard, received } from './commit.ts'
import { inbox, outbox } from './tables.ts'

const relay = testEnv.RELAY.getByName('relay')
const commit = createCommit(db, testEnv.RELAY)

const rowsOf = (eventId: string) => db.select().from(outbox).where(eq(outbox.eventId, eventId))
const queuesOf = (eventId: string) =>
  sent.flatMap(({ queue, body }) => (body.id === eventId ? [queue] : [])).toSorted()

beforeEach(() => down.clear())

describe('a commit', () => {
  it('writes one row per event and destination, and sends them', async () => {
    const event = orderCancelled()
    expect(await commit([received(db, { id: 'x1' })], [event])).toBe('committed')
    await relay.nudge()
    expect(queuesOf(event.id)).toEqual(['inventory', 'notifications', 'payments'])
    const rows = await rowsOf(event.id)
    expect(rows.map(({ publishedAt }) => publishedAt === null)).toEqual([false, false, false])
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
  it('was armed before the batch: the alarm sends what a crash left behind', async () => {
    const event = orderCancelled()
    down.add('payments')
    await commit([received(db, { id: 'x5' })], [event])
    await relay.nudge()
    expect(queuesOf(event.id)).toEqual(['inventory', 'notifications'])
    down.clear()
    await db.update(outbox).set({ dueAt: 0 }).where(eq(outbox.eventId, event.id))
    expect(await runDurableObjectAlarm(relay)).toBe(true)
    expect(queuesOf(event.id)).toEqual(['inventory', 'notifications', 'payments'])
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
    expect(await relay.republish(Date.now() + 60_000, null)).toBe(0)
    await relay.republish(Date.now() - 60_000, 'payments')
    expect(queuesOf(event.id)).toEqual(['inventory', 'notifications', 'payments', 'payments'])
  })
})
