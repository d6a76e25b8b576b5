import { beforeEach, expect, it } from 'vitest'
import { orderCancelled } from '../test/events.ts'
import { db } from '../test/worker.ts'
import { eventIdFloor, pruneClaims, pruneInbox, pruneOutbox } from './retention.ts'
import { idempotencyClaims, inbox, outbox } from './tables.ts'

const OLD = 1_000_000
const oldId = eventIdFloor(OLD)
const newId = orderCancelled().id
const before = OLD + 1

beforeEach(async () => {
  await db.batch([db.delete(outbox), db.delete(inbox), db.delete(idempotencyClaims)])
})

it('forgets old events that were published, and no others', async () => {
  const row = { event: '{}', dueAt: 0 }
  await db.insert(outbox).values([
    { ...row, eventId: oldId, destination: 'sent', publishedAt: OLD },
    { ...row, eventId: oldId, destination: 'waits' },
    { ...row, eventId: newId, destination: 'sent', publishedAt: OLD },
  ])
  await pruneOutbox(db, before)
  const left = await db.select().from(outbox).orderBy(outbox.eventId)
  expect(left.map(({ eventId, destination }) => [eventId, destination])).toEqual([
    [oldId, 'waits'],
    [newId, 'sent'],
  ])
})

it('forgets old effects', async () => {
  await db.insert(inbox).values([
    { eventId: oldId, receivedAt: 0 },
    { eventId: newId, receivedAt: 0 },
  ])
  await pruneInbox(db, before)
  expect(await db.select().from(inbox)).toMatchObject([{ eventId: newId }])
})

it('forgets old keys', async () => {
  const claim = { route: 'r', customerId: 'c', bodyHash: '', resourceId: '', leaseUntil: 0 }
  await db.insert(idempotencyClaims).values([
    { ...claim, key: 'old', createdAt: OLD },
    { ...claim, key: 'new', createdAt: OLD + 2 },
  ])
  await pruneClaims(db, before)
  expect(await db.select().from(idempotencyClaims)).toMatchObject([{ key: 'new' }])
})
