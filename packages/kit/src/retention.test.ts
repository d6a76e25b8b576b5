import { beforeEach, describe, expect, it } from 'vitest'
import { orderCancelled } from '../test/events.ts'
import { db } from '../test/worker.ts'
import { idFloor } from './ids.ts'
import { pruneOutbox, seqAt } from './outbox-log.ts'
import { pruneClaims, pruneConsumed } from './retention.ts'
import {
  deadLetters,
  deliveryFailures,
  idempotencyClaims,
  inbox,
  outbox,
  outboxLate,
  outboxSent,
} from './tables.ts'

const OLD = 1_000_000
const oldId = idFloor('event', OLD)
const newId = orderCancelled().id
const before = OLD + 1

beforeEach(async () => {
  await db.batch([db.delete(inbox), db.delete(idempotencyClaims)])
})

describe('old events', () => {
  const rows = (...seqs: number[]) => seqs.map((seq) => ({ seq, event: '{}' }))
  const left = async () => (await db.select().from(outbox)).map(({ seq }) => seq)
  const [first, second, third, young] = [0, 1, 2, 2_048].map((step) => seqAt(OLD) + step) as [
    number,
    number,
    number,
    number,
  ]

  beforeEach(() => db.batch([db.delete(outbox), db.delete(outboxSent), db.delete(outboxLate)]))

  it('are forgotten once they were sent, and no others', async () => {
    await db.insert(outbox).values(rows(first, second, third, young))
    await db.insert(outboxSent).values({ minute: 1, upto: second, at: OLD })
    await db.insert(outboxLate).values({ seq: second, destination: 'x', attempts: 1, dueAt: 0 })
    await pruneOutbox(db, before)
    expect(await left()).toEqual([second, third, young])
  })

  it('leave the newest one, from which the numbers go on', async () => {
    await db.insert(outbox).values(rows(first, second))
    await db.insert(outboxSent).values({ minute: 1, upto: second, at: OLD })
    await pruneOutbox(db, before)
    expect(await left()).toEqual([second])
    expect(await db.select().from(outboxSent)).toHaveLength(1)
  })
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
