import { queueTo } from '@kiosk/kit/outbox-relay'
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import {
  call,
  eventsOf,
  eventsOfType,
  expectBalanced,
  freshSku,
  holdFor,
  object,
  query,
  stocked,
  termsOf,
  testEnv,
  toldOf,
} from '../../test/world.ts'
import type { SkuStock } from './sku-stock.ts'

/** As vitest.config.ts sets it. */
const COALESCE_MS = 150
const settled = { timeout: 10_000, interval: 20 }

beforeEach(() => {
  vi.spyOn(console, 'warn').mockReturnValue()
  vi.spyOn(console, 'error').mockReturnValue()
})

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

describe('what it says', () => {
  it('is told at once, and again only when what can be sold has changed', async () => {
    const sku = await stocked(9)
    await vi.waitFor(() => expect(toldOf(sku)).toHaveLength(1), settled)
    const terms = termsOf({ quantity: 2 })
    await scheduler.wait(COALESCE_MS)
    await object(sku).reserve(call, terms, holdFor())
    await vi.waitFor(() => expect(toldOf(sku)).toHaveLength(2), settled)
    await scheduler.wait(COALESCE_MS)
    await object(sku).sell(call, terms)
    await vi.waitFor(async () => {
      expect(await query(sku, 'SELECT index_at, announce_at FROM balance')).toEqual([
        { index_at: null, announce_at: null },
      ])
    }, settled)
    expect(toldOf(sku)).toMatchObject([
      { aggregateversion: 1, traceparent: expect.stringContaining('a'.repeat(32)) },
      { aggregateversion: 2, data: { sku, onHand: 9, reserved: 2, available: 7 } },
    ])
  })

  it('is told in the end by the alarm, when it was cut off', async () => {
    const sku = await stocked(9)
    await vi.waitFor(() => expect(toldOf(sku)).toHaveLength(1), settled)
    await runInDurableObject(object(sku), (_, state) => {
      state.storage.sql.exec('UPDATE balance SET told_available = 0, announce_at = 1')
    })
    await runInDurableObject(object(sku), (instance: SkuStock) => instance.alarm())
    expect(toldOf(sku)).toMatchObject([{ data: { available: 9 } }, { data: { available: 9 } }])
  })

  it('is coalesced: a rush makes few events, and the last one has the last balance', async () => {
    const startedAt = Date.now()
    const sku = await stocked(50)
    await Promise.all(
      Array.from({ length: 40 }, () => object(sku).reserve(call, termsOf(), holdFor())),
    )
    await vi.waitFor(() => {
      expect(toldOf(sku).at(-1)).toMatchObject({
        subject: sku,
        aggregateversion: 41,
        data: { sku, onHand: 50, reserved: 40, available: 10 },
      })
    }, settled)
    expect(toldOf(sku).length).toBeLessThanOrEqual(2 + (Date.now() - startedAt) / COALESCE_MS)
  })

  it('follows steady traffic: the alarm is never pushed ahead for ever', async () => {
    const startedAt = Date.now()
    const sku = await stocked(1_000)
    // Without a pause: if each reservation moved the alarm, a second one would never come.
    while (toldOf(sku).length < 2) {
      await object(sku).reserve(call, termsOf(), holdFor())
      await scheduler.wait(COALESCE_MS / 5)
    }
    expect(toldOf(sku).length).toBeLessThanOrEqual(2 + (Date.now() - startedAt) / COALESCE_MS)
  })

  it('names low stock once until it has risen again', async () => {
    const sku = await stocked(10, 5)
    const terms = termsOf({ quantity: 6 })
    await object(sku).reserve(call, terms, holdFor())
    await object(sku).adjust(call, { delta: -1, reason: 'broken' })
    expect(await eventsOfType(sku, 'stock.low')).toMatchObject([
      {
        traceparent: expect.stringContaining('a'.repeat(32)),
        data: { sku, available: 4, lowStockThreshold: 5 },
      },
    ])
    await object(sku).release(call, terms)
    await object(sku).adjust(call, { delta: -4, reason: 'broken' })
    expect(await eventsOfType(sku, 'stock.low')).toHaveLength(2)
  })

  it('is told again until the queue takes it', async () => {
    const sku = await stocked(10)
    await vi.waitFor(() => expect(toldOf(sku)).toHaveLength(1), settled)
    let failures = 0
    await runInDurableObject(object(sku), (instance: SkuStock) => {
      const sendBatch = () => {
        failures += 1
        return Promise.reject(new Error('queue is down'))
      }
      Object.assign(instance, { env: { ...testEnv, QUEUE_CATALOG: { sendBatch } } })
    })
    await object(sku).set(call, sku, { onHand: 11 })
    await vi.waitFor(() => expect(failures).toBeGreaterThanOrEqual(2), settled)
    expect(toldOf(sku)).toHaveLength(1)
    await runInDurableObject(object(sku), (instance: SkuStock) => {
      Object.assign(instance, { env: testEnv })
    })
    await vi.waitFor(
      () => expect(toldOf(sku).at(-1)).toMatchObject({ data: { available: 11 } }),
      settled,
    )
  })

  it('is told next what changes while it is told, to the lists of staff too', async () => {
    const sku = await stocked(10)
    const shown = async (onHand: number) => {
      const row = testEnv.DB.prepare('SELECT on_hand FROM stock_index WHERE sku = ?').bind(sku)
      expect(await row.first()).toEqual({ on_hand: onHand })
    }
    await vi.waitFor(() => shown(10), settled)
    await runInDurableObject(object(sku), (instance: SkuStock) => {
      const sendBatch = async (messages: MessageSendRequest[]) => {
        Object.assign(instance, { env: testEnv })
        await instance.set(call, sku, { onHand: 12 })
        await queueTo(testEnv, 'catalog').sendBatch(messages)
      }
      Object.assign(instance, { env: { ...testEnv, QUEUE_CATALOG: { sendBatch } } })
    })
    // Tells the catalog alone: the lists are up to date.
    await object(sku).republish(call, 0, 'catalog')
    await vi.waitFor(() => shown(12), settled)
    expect(toldOf(sku).at(-1)).toMatchObject({ data: { available: 12 } })
  })

  it('is told again after a send that was cut off, also when it is what was told before', async () => {
    const sku = await stocked(10)
    await vi.waitFor(() => expect(toldOf(sku)).toHaveLength(1), settled)
    await scheduler.wait(COALESCE_MS)
    let isSent = false
    await runInDurableObject(object(sku), (instance: SkuStock) => {
      const sendBatch = () => {
        isSent = true
        return Promise.race([])
      }
      Object.assign(instance, { env: { ...testEnv, QUEUE_CATALOG: { sendBatch } } })
    })
    await object(sku).adjust(call, { delta: -1, reason: 'broken' })
    await vi.waitFor(() => expect(isSent).toBe(true), settled)
    const cutOff = runInDurableObject(object(sku), (_, state) => state.abort('cut off'))
    await expect(cutOff).rejects.toThrow('cut off')
    await object(sku).adjust(call, { delta: 1, reason: 'mended' })
    await vi.waitFor(() => expect(toldOf(sku)).toHaveLength(2), settled)
    expect(toldOf(sku).at(-1)).toMatchObject({ aggregateversion: 3, data: { available: 10 } })
  })

  it('can be sent again, to one subscriber or to all', async () => {
    const sku = await stocked(3, 5)
    const isPublished = async (times: number) => {
      const rows = await query(sku, 'SELECT 1 FROM outbox WHERE published_at IS NOT NULL')
      expect(rows).toHaveLength(1)
      expect(toldOf(sku)).toHaveLength(times)
    }
    await vi.waitFor(() => isPublished(1), settled)
    expect(await object(sku).republish(call, 0, 'catalog')).toBe(1)
    expect(await object(sku).republish(call, 0, 'orders')).toBe(0)
    expect(await object(sku).republish(call, Date.now() + 10_000, null)).toBe(0)
    await vi.waitFor(() => isPublished(2), settled)
    expect(await object(sku).republish(call, 0, null)).toBe(2)
    await vi.waitFor(() => isPublished(3), settled)
  })

  it('is forgotten after its retention, once it was published', async () => {
    const sku = await stocked(3, 5)
    await vi.waitFor(async () => expect(await eventsOf(sku)).toHaveLength(1), settled)
    await runInDurableObject(object(sku), (_, state) => {
      state.storage.sql.exec(
        `UPDATE outbox SET event_id = 'evt_00-' || destination, published_at = 1`,
      )
      state.storage.sql.exec(
        `INSERT INTO outbox (event_id, destination, event, due_at) VALUES ('evt_00', 'x', '{}', ${Date.now() + 60_000})`,
      )
    })
    await runInDurableObject(object(sku), (instance: SkuStock) => instance.alarm())
    expect(await query(sku, 'SELECT event_id FROM outbox')).toEqual([{ event_id: 'evt_00' }])
  })
})

describe('the index', () => {
  async function indexed(sku: string) {
    return testEnv.DB.prepare('SELECT * FROM stock_index WHERE sku = ?').bind(sku).first()
  }

  it('follows the object', async () => {
    const sku = await stocked(9, 4)
    await object(sku).reserve(call, termsOf({ quantity: 2 }), holdFor())
    await vi.waitFor(async () => {
      const row = { on_hand: 9, reserved: 2, available: 7, low_stock_threshold: 4, version: 2 }
      expect(await indexed(sku)).toMatchObject(row)
    }, settled)
  })

  it('is written again when it failed, and never goes back', async () => {
    const sku = freshSku()
    await runInDurableObject(object(sku), async (instance: SkuStock) => {
      Object.assign(instance, { env: { ...testEnv, DB: null } })
      void instance.set(call, sku, { onHand: 9 })
      await scheduler.wait(200)
      await instance.alarm()
    })
    expect(await indexed(sku)).toBeNull()
    await runInDurableObject(object(sku), (instance: SkuStock) => {
      Object.assign(instance, { env: testEnv })
    })
    await vi.waitFor(async () => expect(await indexed(sku)).toMatchObject({ version: 1 }), settled)
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
