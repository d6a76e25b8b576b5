import { beforeEach, expect, it } from 'vitest'
import { orderCancelled } from '../test/events.ts'
import { db } from '../test/worker.ts'
import { idFloor } from './ids.ts'
import { pruneClaims, pruneConsumed, pruneOutbox } from './retention.ts'
import { deadLetters, deliveryFailures, idempotencyClaims, inbox, outbox } from './tables.ts'

const OLD = 1_000_000
const oldId = idFloor('event', OLD)
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
  await pruneConsumed(db, { effectsBefore: before, failuresBefore: 0, lettersBefore: 0 })
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

it('forgets old failures, and letters that were replayed long ago, but none that waits', async () => {
  const failure = { attempts: 1, error: '{}', firstAt: 0 }
  await db.insert(deliveryFailures).values([
    { ...failure, eventId: 'old', lastAt: OLD },
    { ...failure, eventId: 'new', lastAt: OLD + 2 },
  ])
  const letter = { type: 'x', event: '{}', error: '{}', attempts: 1, history: '[]' }
  const times = { deadAt: 0, firstFailedAt: 0, lastFailedAt: 0 }
  await db.insert(deadLetters).values([
    { ...letter, ...times, id: 'old', eventId: '1', replayedAt: OLD },
    { ...letter, ...times, id: 'new', eventId: '2', replayedAt: OLD + 2 },
    { ...letter, ...times, id: 'open', eventId: '3', replayedAt: null },
  ])
  await pruneConsumed(db, { effectsBefore: 0, failuresBefore: before, lettersBefore: before })
  expect(await db.select().from(deliveryFailures)).toMatchObject([{ eventId: 'new' }])
  const left = await db.select().from(deadLetters).orderBy(deadLetters.id)
  expect(left.map(({ id }) => id)).toEqual(['new', 'open'])
})
