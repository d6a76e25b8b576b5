import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { describe, expect, it, vi } from 'vitest'
import {
  call,
  eventsOf,
  eventsOfType,
  expectBalanced,
  freshSku,
  holdFor,
  object,
  query,
  settled,
  stocked,
  termsOf,
  toldOf,
} from '../../test/world.ts'
import type { SkuStock } from './sku-stock.ts'

describe('a SKU that is not known', () => {
  it('refuses everything and leaves no object behind', async () => {
    const sku = freshSku('unknown')
    const terms = termsOf()
    const short = { ok: false, refusal: { code: 'insufficient_stock', available: 0 } }
    expect(await object(sku).balance(call)).toBeNull()
    expect(await object(sku).movements(10, null)).toBeNull()
    expect(await object(sku).adjust(call, { delta: 1, reason: 'found' })).toMatchObject({
      refusal: { code: 'not_found' },
    })
    expect(await object(sku).reserve(call, terms, holdFor())).toMatchObject(short)
    expect(await object(sku).pin(call, terms)).toMatchObject(short)
    expect(await object(sku).check(call, terms)).toMatchObject(short)
    expect(await object(sku).extend(call, terms, 0)).toMatchObject({ ok: false })
    await object(sku).backOut(call, terms, 'call-1')
    await object(sku).unpin(call, terms)
    const tables = await query(sku, 'SELECT name FROM sqlite_master')
    expect(tables).toEqual([])
  })

  it('remembers a release, so that a late reserve is refused once there is stock', async () => {
    const sku = freshSku()
    const terms = termsOf()
    await object(sku).release(call, terms)
    expect(await object(sku).balance(call)).toBeNull()
    await object(sku).set(call, sku, { onHand: 5 })
    expect(await object(sku).reserve(call, terms, holdFor())).toEqual({
      ok: false,
      refusal: { code: 'reservation_ended' },
    })
  })

  it('becomes known without stock, and is not called low', async () => {
    const sku = freshSku()
    await object(sku).create(call, sku)
    expect(await object(sku).balance(call)).toMatchObject({ sku, onHand: 0, version: 0 })
    await runDurableObjectAlarm(object(sku))
    expect([...(await eventsOf(sku)), ...toldOf(sku)]).toEqual([])
  })

  it('keeps the stock that it has when it becomes known late', async () => {
    const sku = await stocked(7, 3)
    await object(sku).create(call, sku)
    expect(await object(sku).balance(call)).toMatchObject({
      onHand: 7,
      lowStockThreshold: 3,
      version: 1,
    })
  })
})

describe('one object', () => {
  it('sells 10 units to exactly 10 of 200 buyers at once', async () => {
    const sku = await stocked(10)
    const results = await Promise.all(
      Array.from({ length: 200 }, () => object(sku).reserve(call, termsOf(), holdFor())),
    )
    expect(results.filter((result) => result.ok)).toHaveLength(10)
    expect(await object(sku).balance(call)).toMatchObject({ onHand: 10, reserved: 10 })
    await expectBalanced(sku)
  })

  it('goes on after it was evicted from memory', async () => {
    const sku = await stocked(3)
    const terms = termsOf({ quantity: 2 })
    await object(sku).reserve(call, terms, holdFor())
    await evictDurableObject(object(sku))
    expect(await object(sku).balance(call)).toMatchObject({ onHand: 3, reserved: 2 })
    await object(sku).pin(call, terms)
    await evictDurableObject(object(sku))
    await object(sku).deduct(call, terms)
    expect(await object(sku).balance(call)).toMatchObject({ onHand: 1, reserved: 0 })
    await vi.waitFor(
      async () =>
        expect(await query(sku, 'SELECT index_at FROM balance')).toEqual([{ index_at: null }]),
      settled,
    )
    await expectBalanced(sku)
  })

  it('writes who changed the stock, and why', async () => {
    const sku = await stocked(10)
    const terms = termsOf({ quantity: 4, orderId: 'ord_9' })
    await object(sku).adjust(call, { delta: -1, reason: 'broken' })
    await object(sku).pin({ ...call, actor: 'system' }, terms)
    await object(sku).deduct({ ...call, actor: 'system' }, terms)
    await object(sku).release(call, terms)
    await object(sku).release(call, terms)
    const movements = await object(sku).movements(10, null)
    const told = movements?.map(({ delta, reason, reference, actor, onHand }) =>
      [delta, reason, reference, actor, onHand].join(' '),
    )
    expect(told).toEqual([
      '4 return ord_9 usr_staff 9',
      '-4 sale ord_9 system 5',
      '-1 broken  usr_staff 9',
      '10 count  usr_staff 10',
    ])
  })

  it('never lets a movement be edited or deleted', async () => {
    const sku = await stocked(10)
    await runInDurableObject(object(sku), (_, state) => {
      const edit = () => state.storage.sql.exec('UPDATE movements SET delta = 11')
      const remove = () => state.storage.sql.exec('DELETE FROM movements')
      expect(edit).toThrow('never edited')
      expect(remove).toThrow('never deleted')
    })
  })

  it('writes nothing of a change that fails half-way', async () => {
    const sku = await stocked(10)
    await runInDurableObject(object(sku), (instance: SkuStock, state) => {
      state.storage.sql.exec(
        `CREATE TRIGGER broken BEFORE INSERT ON movements BEGIN SELECT RAISE(ABORT, 'disk full'); END`,
      )
      expect(() => instance.set(call, sku, { onHand: 20 })).toThrow('disk full')
    })
    expect(await object(sku).balance(call)).toMatchObject({ onHand: 10, version: 1 })
  })
})

describe('deadlines', () => {
  it('free the units by alarm, and that is told once, in the trace of the reservation', async () => {
    const sku = await stocked(5)
    const terms = termsOf({ quantity: 5, traceparent: `00-${'c'.repeat(32)}-${'d'.repeat(16)}-01` })
    await object(sku).reserve(call, terms, holdFor(80))
    await vi.waitFor(
      async () => expect(await eventsOfType(sku, 'reservation.expired')).toHaveLength(1),
      settled,
    )
    await runDurableObjectAlarm(object(sku))
    await object(sku).balance(call)
    expect(await eventsOfType(sku, 'reservation.expired')).toMatchObject([
      {
        subject: terms.reservationId,
        traceparent: terms.traceparent,
        data: { reservationId: terms.reservationId, orderId: 'ord_1', sku, quantity: 5 },
      },
    ])
    expect(await object(sku).balance(call)).toMatchObject({ onHand: 5, reserved: 0 })
  })

  it('count from the moment they pass, before any alarm', async () => {
    const sku = await stocked(5)
    await object(sku).reserve(call, termsOf({ quantity: 5 }), holdFor(-1))
    expect(await object(sku).reserve(call, termsOf({ quantity: 5 }), holdFor())).toMatchObject({
      ok: true,
    })
    await expectBalanced(sku)
  })

  it('are extended, and a lapsed one is not', async () => {
    const sku = await stocked(5)
    const lasting = termsOf()
    const lapsed = termsOf()
    const expiresAt = Date.now() + 120_000
    await object(sku).reserve(call, lasting, holdFor())
    await object(sku).reserve(call, lapsed, holdFor(-1))
    expect(await object(sku).extend(call, lasting, expiresAt)).toEqual({
      ok: true,
      value: { expiresAt },
    })
    expect(await object(sku).extend(call, lapsed, expiresAt)).toMatchObject({ ok: false })
  })

  it('do not touch what is pinned', async () => {
    const sku = await stocked(5)
    const terms = termsOf({ quantity: 5 })
    await object(sku).reserve(call, terms, holdFor())
    await object(sku).pin(call, terms)
    await runInDurableObject(object(sku), async (instance: SkuStock, state) => {
      state.storage.sql.exec('UPDATE reservations SET expires_at = 1')
      await instance.alarm()
    })
    expect(await object(sku).balance(call)).toMatchObject({ reserved: 5 })
    expect(await eventsOfType(sku, 'reservation.expired')).toEqual([])
  })
})

describe('the alarm', () => {
  it('is off once it has fired and nothing is due', async () => {
    const sku = await stocked(9)
    const alarmOf = () => runInDurableObject(object(sku), (_, state) => state.storage.getAlarm())
    expect(await alarmOf()).not.toBeNull()
    await vi.waitFor(async () => {
      await runDurableObjectAlarm(object(sku))
      expect(await alarmOf()).toBeNull()
    }, settled)
  })

  it('is set for the next deadline', async () => {
    const sku = await stocked(9)
    const hold = holdFor(60_000)
    await object(sku).reserve(call, termsOf(), hold)
    await vi.waitFor(async () => {
      const alarm = await runInDurableObject(object(sku), (_, state) => state.storage.getAlarm())
      expect(alarm).toBe(hold.expiresAt)
    }, settled)
  })

  it('that an earlier instance has set is known to the next one', async () => {
    const sku = await stocked(9)
    const hold = holdFor(60_000)
    await object(sku).reserve(call, termsOf(), hold)
    await evictDurableObject(object(sku))
    const later = holdFor(90_000)
    await object(sku).reserve(call, termsOf(), later)
    await vi.waitFor(async () => {
      const alarm = await runInDurableObject(object(sku), (_, state) => state.storage.getAlarm())
      expect(alarm).toBe(hold.expiresAt)
    }, settled)
  })

  it('survives its own failure', async () => {
    const sku = await stocked(9)
    await runInDurableObject(object(sku), async (instance: SkuStock, state) => {
      state.storage.sql.exec('ALTER TABLE outbox RENAME TO gone')
      await instance.alarm()
      expect(await state.storage.getAlarm()).toBeGreaterThan(Date.now())
      state.storage.sql.exec('ALTER TABLE gone RENAME TO outbox')
    })
  })
})
