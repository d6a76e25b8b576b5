import { queueTo } from '@kiosk/kit/outbox-relay'
import { runInDurableObject } from 'cloudflare:test'
import { describe, expect, it, vi } from 'vitest'
import {
  call,
  eventsOf,
  eventsOfType,
  freshSku,
  holdFor,
  object,
  query,
  settled,
  stocked,
  termsOf,
  testEnv,
  toldOf,
} from '../../test/world.ts'
import type { SkuStock } from './sku-stock.ts'

/** As vitest.config.ts sets it. */
const COALESCE_MS = 150

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
