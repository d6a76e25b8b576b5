import { Problem } from '@kiosk/contracts/errors'
import type { KioskEvent } from '@kiosk/contracts/events'
import { MovementView, ReservationView, StockView } from '@kiosk/contracts/http/inventory'
import { pageOf } from '@kiosk/contracts/primitives/page'
import type { Role } from '@kiosk/contracts/primitives/role'
import { newEvent } from '@kiosk/kit/events'
import { newId } from '@kiosk/kit/ids'
import { createExecutionContext, runInDurableObject, waitOnExecutionContext } from 'cloudflare:test'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { bearer } from '../../../../tests/support/tokens.ts'
import {
  call,
  expectBalanced,
  freshSku,
  object,
  stocked,
  testDeps,
  testEnv,
  toldOf,
} from '../../test/world.ts'
import { app } from '../app.ts'
import { handlers } from '../events/index.ts'
import { reserve } from '../operations/reserve.ts'
import { InventoryRpc } from '../rpc.ts'

interface Ask {
  method?: string
  body?: unknown
  as?: Role | null
}

async function ask(path: string, { method, body, as = 'staff' }: Ask = {}): Promise<Response> {
  const headers = new Headers()
  if (as !== null) headers.set('authorization', await bearer(`usr_${as}`, as))
  if (body !== undefined) headers.set('content-type', 'application/json')
  const init: RequestInit = { method: method ?? (body === undefined ? 'GET' : 'POST'), headers }
  if (body !== undefined) init.body = typeof body === 'string' ? body : JSON.stringify(body)
  return app.request(path, init, testEnv, createExecutionContext())
}

async function refusal(response: Response | Promise<Response>): Promise<string> {
  const answer = await response
  const problem = Problem.parse(await answer.json())
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  return `${answer.status} ${problem.code}`
}

const put = (sku: string, body: unknown) => ask(`/v1/inventory/${sku}`, { method: 'PUT', body })

beforeEach(() => {
  for (const method of ['log', 'warn', 'error'] as const)
    vi.spyOn(console, method).mockReturnValue()
})

describe('who may call', () => {
  const calls: [string, Ask][] = [
    ['/v1/inventory', {}],
    ['/v1/inventory/TEE', {}],
    ['/v1/inventory/TEE', { method: 'PUT', body: { onHand: 1 } }],
    ['/v1/inventory/TEE/adjustments', { body: { delta: 1, reason: 'x' } }],
    ['/v1/inventory/TEE/movements', {}],
    ['/v1/reservations', { body: { orderId: 'x', lines: [{ sku: 'TEE', quantity: 1 }] } }],
    ['/v1/reservations/rsv_1/release', { method: 'POST' }],
    ['/v1/reservations/rsv_1/commit', { method: 'POST' }],
  ]
  it.each(calls)('%s %o is for staff', async (path, options) => {
    expect(await refusal(ask(path, { ...options, as: null }))).toBe('401 unauthorized')
    expect(await refusal(ask(path, { ...options, as: 'customer' }))).toBe('403 forbidden')
  })
})

describe('setting stock', () => {
  it('makes a SKU known, and is read back at once from the object and from the list', async () => {
    const sku = freshSku('new')
    expect(await refusal(ask(`/v1/inventory/${sku}`))).toBe('404 not_found')
    const answer = await put(sku, { onHand: 12, lowStockThreshold: 3 })
    const view = StockView.strict().parse(await answer.json())
    expect(view).toEqual({
      sku,
      onHand: 12,
      reserved: 0,
      available: 12,
      version: 1,
      lowStockThreshold: 3,
    })
    expect(await (await ask(`/v1/inventory/${sku}`)).json()).toEqual(view)
    expect(
      await testEnv.DB.prepare('SELECT version FROM stock_index WHERE sku = ?').bind(sku).first(),
    ).toEqual({
      version: 1,
    })
  })

  it('uses the default threshold, and keeps one that was set', async () => {
    const sku = freshSku()
    expect(await (await put(sku, { onHand: 1 })).json()).toMatchObject({ lowStockThreshold: 5 })
    await put(sku, { onHand: 1, lowStockThreshold: 9 })
    expect(await (await put(sku, { onHand: 2 })).json()).toMatchObject({ lowStockThreshold: 9 })
  })

  it('is refused below what is reserved', async () => {
    const sku = await stocked(10)
    await ask('/v1/reservations', { body: { orderId: 'x', lines: [{ sku, quantity: 4 }] } })
    expect(await refusal(put(sku, { onHand: 3 }))).toBe('409 below_reserved')
    expect((await put(sku, { onHand: 4 })).status).toBe(200)
    const adjust = ask(`/v1/inventory/${sku}/adjustments`, { body: { delta: -1, reason: 'x' } })
    expect(await refusal(adjust)).toBe('409 below_reserved')
  })

  it.each([
    {},
    { onHand: -1 },
    { onHand: 1.5 },
    { onHand: '1' },
    { onHand: null },
    { onHand: 1_000_000_001 },
    { onHand: 1, lowStockThreshold: -1 },
    '{"onHand": 1e400}',
    '{"onHand":',
    '[]',
    'null',
  ])('refuses %o', async (body) => {
    expect(await refusal(put(freshSku(), body))).toBe('400 validation_failed')
  })

  it('ignores fields that it does not know', async () => {
    const answer = await put(freshSku(), { onHand: 2, reserved: 9, version: 77, sku: 'OTHER' })
    expect(await answer.json()).toMatchObject({ onHand: 2, reserved: 0, version: 1 })
  })
})

describe('hostile SKUs', () => {
  const hostile = [
    '%00',
    '..%2F..',
    '%F0%9F%98%80',
    "'%20OR%201=1--",
    '%25',
    'a'.repeat(5_000),
    '%E0%A4%A',
  ]
  it.each(hostile)('%s is refused everywhere', async (sku) => {
    const body = { delta: 1, reason: 'x' }
    for (const answer of [
      await ask(`/v1/inventory/${sku}`),
      await put(sku, { onHand: 1 }),
      await ask(`/v1/inventory/${sku}/movements`),
      await ask(`/v1/inventory/${sku}/adjustments`, { body }),
      await ask('/v1/reservations', { body: { orderId: 'x', lines: [{ sku, quantity: 1 }] } }),
    ]) {
      expect([400, 404]).toContain(answer.status)
    }
  })
})

describe('adjusting stock', () => {
  it('adds and takes away, and is recorded with who did it', async () => {
    const sku = await stocked(10)
    const adjust = (delta: number, reason: string) =>
      ask(`/v1/inventory/${sku}/adjustments`, { body: { delta, reason } })
    expect(await (await adjust(-3, ' damaged ')).json()).toMatchObject({ onHand: 7, version: 2 })
    await adjust(1, 'found')
    const answer = await ask(`/v1/inventory/${sku}/movements?limit=2`)
    const page = pageOf(MovementView.strict()).parse(await answer.json())
    expect(page.items).toMatchObject([
      { delta: 1, reason: 'found', actor: 'usr_staff', onHand: 8 },
      { delta: -3, reason: 'damaged', actor: 'usr_staff', onHand: 7 },
    ])
    const next = await ask(`/v1/inventory/${sku}/movements?limit=2&cursor=${page.nextCursor}`)
    expect(await next.json()).toMatchObject({
      items: [{ delta: 10, reason: 'count' }],
      nextCursor: null,
    })
    await expectBalanced(sku)
  })

  it.each([
    { delta: 0, reason: 'x' },
    { delta: 1 },
    { delta: 1, reason: '' },
    { delta: 1, reason: ' ' },
    { delta: 1, reason: 'x'.repeat(201) },
    { delta: 0.1, reason: 'x' },
    { delta: 1e12, reason: 'x' },
  ])('refuses %o', async (body) => {
    const sku = await stocked(10)
    expect(await refusal(ask(`/v1/inventory/${sku}/adjustments`, { body }))).toBe(
      '400 validation_failed',
    )
  })

  it('is refused for an unknown SKU, and above the maximum', async () => {
    const path = (sku: string) => `/v1/inventory/${sku}/adjustments`
    const body = { delta: 1_000_000_000, reason: 'x' }
    expect(await refusal(ask(path(freshSku()), { body }))).toBe('404 not_found')
    expect(await refusal(ask(path(await stocked(10)), { body }))).toBe('400 validation_failed')
  })
})

describe('lists', () => {
  it('go through all SKUs, page by page, and through those that are low', async () => {
    const prefix = freshSku('list')
    for (const [index, onHand] of [9, 2, 8, 1].entries()) {
      await put(`${prefix}-${index}`, { onHand, lowStockThreshold: 3 })
    }
    const skusOf = async (filter: string) => {
      const skus: string[] = []
      for (let cursor: string | null = ''; cursor !== null;) {
        const after: string = cursor === '' ? '' : `&cursor=${cursor}`
        const answer = await ask(`/v1/inventory?limit=2${filter}${after}`)
        const page = pageOf(StockView.strict()).parse(await answer.json())
        expect(page.items.length).toBeLessThanOrEqual(2)
        skus.push(...page.items.map(({ sku }) => sku))
        cursor = page.nextCursor
      }
      return skus.filter((sku) => sku.startsWith(prefix)).map((sku) => sku.slice(prefix.length))
    }
    expect(await skusOf('')).toEqual(['-0', '-1', '-2', '-3'])
    expect(await skusOf('&low=false')).toEqual(['-0', '-1', '-2', '-3'])
    expect(await skusOf('&low=true')).toEqual(['-1', '-3'])
  })

  it('of what is low uses its index', async () => {
    const plan = await testEnv.DB.prepare(
      `EXPLAIN QUERY PLAN SELECT * FROM stock_index
       WHERE sku > 'a' AND available <= low_stock_threshold ORDER BY sku LIMIT 3`,
    ).all<{ detail: string }>()
    expect(plan.results.map(({ detail }) => detail).join()).toContain('stock_index_low')
  })

  it.each(['limit=0', 'limit=101', 'limit=x', 'low=maybe', 'cursor=!!', 'cursor=WzFd', 'cursor='])(
    'refuse ?%s',
    async (query_) => {
      expect(await refusal(ask(`/v1/inventory?${query_}`))).toBe('400 validation_failed')
    },
  )

  it('of movements are refused for a wrong cursor and for an unknown SKU', async () => {
    const sku = await stocked(1)
    expect(await refusal(ask(`/v1/inventory/${sku}/movements?cursor=WyJ4Il0`))).toBe(
      '400 validation_failed',
    )
    expect(await refusal(ask(`/v1/inventory/${freshSku()}/movements`))).toBe('404 not_found')
  })
})

describe('reserving by hand', () => {
  const byHand = (body: unknown) => ask('/v1/reservations', { body })
  const act = (id: string, verb: 'release' | 'commit') =>
    ask(`/v1/reservations/${id}/${verb}`, { method: 'POST' })

  async function held(lines: { sku: string; quantity: number }[]) {
    const answer = await byHand({ orderId: 'phone order 7', lines, ttlSeconds: 60 })
    expect(answer.status).toBe(201)
    return ReservationView.strict().parse(await answer.json())
  }

  it('holds, then deducts; a release puts the units back', async () => {
    const [a, b] = [await stocked(5), await stocked(5)]
    const lines = [
      { sku: b, quantity: 2 },
      { sku: a, quantity: 1 },
    ]
    const reservation = await held(lines)
    expect(reservation).toMatchObject({ status: 'held', lines, orderId: 'phone order 7' })
    const left = Date.parse(reservation.expiresAt ?? '') - Date.now()
    expect(left).toBeGreaterThan(55_000)
    expect(left).toBeLessThanOrEqual(60_000)

    for (let twice = 0; twice < 2; twice++) {
      expect(await (await act(reservation.id, 'commit')).json()).toMatchObject({
        status: 'committed',
        lines,
      })
      expect(await object(b).balance(call)).toMatchObject({ onHand: 3, reserved: 0 })
    }
    for (let twice = 0; twice < 2; twice++) {
      expect(await (await act(reservation.id, 'release')).json()).toMatchObject({
        status: 'released',
        lines,
      })
      expect(await object(b).balance(call)).toMatchObject({ onHand: 5, reserved: 0 })
    }
    expect(await refusal(act(reservation.id, 'commit'))).toBe('409 reservation_ended')
  })

  it('names what is short, and leaves nothing behind', async () => {
    const [a, b] = [await stocked(5), await stocked(1)]
    const count = () => testEnv.DB.prepare('SELECT count(*) AS n FROM reservations').first()
    const before = await count()
    const answer = await byHand({
      orderId: 'x',
      lines: [
        { sku: a, quantity: 1 },
        { sku: b, quantity: 2 },
      ],
    })
    expect(answer.status).toBe(409)
    expect(await answer.json()).toMatchObject({
      code: 'insufficient_stock',
      shortages: [{ sku: b, requested: 2, available: 1 }],
    })
    expect(await object(a).balance(call)).toMatchObject({ reserved: 0 })
    expect(await count()).toEqual(before)
  })

  it('is refused a commit when the hold has lapsed and the units are gone', async () => {
    const sku = await stocked(2)
    const { id } = await held([{ sku, quantity: 2 }])
    await runInDurableObject(object(sku), (_, state) => {
      state.storage.sql.exec('UPDATE reservations SET expires_at = 1')
    })
    await held([{ sku, quantity: 1 }])
    expect(await refusal(act(id, 'commit'))).toBe('409 insufficient_stock')
  })

  it('does not reach the reservations of orders, nor those that are not', async () => {
    const sku = await stocked(2)
    const ref = {
      orderId: newId('order'),
      reservationId: newId('reservation'),
      lines: [{ sku, quantity: 1 }],
    }
    const context = createExecutionContext()
    const rpc = new InventoryRpc(context, testEnv)
    expect(await rpc.reserve(call, { ...ref, expiresAt: Date.now() + 60_000 })).toMatchObject({
      ok: true,
    })
    await waitOnExecutionContext(context)
    expect(await refusal(act(ref.reservationId, 'commit'))).toBe('409 owned_by_order')
    expect(await refusal(act(ref.reservationId, 'release'))).toBe('409 owned_by_order')
    expect(await refusal(act(newId('reservation'), 'release'))).toBe('404 not_found')
    expect(await refusal(act('%00', 'commit'))).toBe('404 not_found')
    expect(await object(sku).balance(call)).toMatchObject({ reserved: 1 })
  })

  const line = { sku: 'TEE', quantity: 1 }
  it.each([
    {},
    { orderId: '', lines: [line] },
    { orderId: 'x'.repeat(101), lines: [line] },
    { orderId: 'x', lines: [] },
    { orderId: 'x', lines: Array.from({ length: 51 }, () => line) },
    { orderId: 'x', lines: [{ sku: 'TEE', quantity: 0 }] },
    { orderId: 'x', lines: [{ sku: 'TEE', quantity: -1 }] },
    { orderId: 'x', lines: [{ sku: 'TEE', quantity: 1.5 }] },
    { orderId: 'x', lines: [{ sku: 'TEE', quantity: 1_000_001 }] },
    { orderId: 'x', lines: [{ sku: 'a b', quantity: 1 }] },
    { orderId: 'x', lines: [line], ttlSeconds: 0 },
    { orderId: 'x', lines: [line], ttlSeconds: 3_601 },
  ])('refuses %o', async (body) => {
    expect(await refusal(byHand(body))).toBe('400 validation_failed')
  })
})

describe('what other Workers ask', () => {
  it('is answered by the same rules: reserve, extend, commit, release', async () => {
    const sku = await stocked(5)
    const lines = [{ sku, quantity: 2 }]
    const ref = { orderId: newId('order'), reservationId: newId('reservation'), lines }
    const rpc = new InventoryRpc(createExecutionContext(), testEnv)
    const expiresAt = Date.now() + 60_000
    expect(await rpc.reserve(call, { ...ref, expiresAt })).toEqual({
      ok: true,
      value: { expiresAt },
    })
    const later = expiresAt + 60_000
    expect(await rpc.extend(call, { ...ref, expiresAt: later })).toEqual({
      ok: true,
      value: { expiresAt: later },
    })
    expect(await rpc.commit(call, ref)).toEqual({ ok: true, value: null })
    expect(await object(sku).balance(call)).toMatchObject({ onHand: 3, reserved: 0 })
    expect(await rpc.release(call, ref)).toBeUndefined()
    expect(await object(sku).balance(call)).toMatchObject({ onHand: 5, reserved: 0 })
    expect(await rpc.commit(call, ref)).toMatchObject({ refusal: { code: 'reservation_ended' } })
  })
})

describe('what it hears', () => {
  const productCreated = (sku: string) =>
    newEvent('product.created', {
      subject: newId('product'),
      aggregateversion: 1,
      data: {
        productId: newId('product'),
        slug: 'tee',
        name: 'Tee',
        status: 'published',
        variants: [{ sku, name: 'M', price: { amountMinor: 100, currency: 'EUR' } }],
      },
    })

  it('product.created makes the SKU known, in the list too, and never changes a balance', async () => {
    const sku = freshSku('created')
    await handlers['product.created'](productCreated(sku), testDeps)
    await handlers['product.created'](productCreated(sku), testDeps)
    expect(await (await ask(`/v1/inventory/${sku}`)).json()).toMatchObject({
      onHand: 0,
      version: 0,
    })
    await vi.waitFor(
      async () => {
        const row = await testEnv.DB.prepare('SELECT version FROM stock_index WHERE sku = ?')
          .bind(sku)
          .first()
        expect(row).toEqual({ version: 0 })
      },
      { timeout: 5_000 },
    )
    await put(sku, { onHand: 4 })
    await handlers['product.created'](productCreated(sku), testDeps)
    expect(await (await ask(`/v1/inventory/${sku}`)).json()).toMatchObject({
      onHand: 4,
      version: 1,
    })
  })

  it('order.cancelled gives the stock back, once', async () => {
    const sku = await stocked(5)
    const lines = [{ sku, quantity: 2 }]
    const ref = { orderId: newId('order'), reservationId: newId('reservation'), lines }
    await reserve(testDeps, { ...ref, expiresAt: Date.now() + 60_000, owner: 'orders' })
    const cancelled = {
      ...newEvent('stock.low', {
        subject: 'x',
        aggregateversion: 1,
        data: { sku, available: 0, lowStockThreshold: 0 },
      }),
      type: 'order.cancelled',
      data: ref,
    } as unknown as Extract<KioskEvent, { type: 'order.cancelled' }>
    await handlers['order.cancelled'](cancelled, testDeps)
    await handlers['order.cancelled'](cancelled, testDeps)
    expect(await object(sku).balance(call)).toMatchObject({ onHand: 5, reserved: 0 })
  })
})

describe('operating it', () => {
  it('is ready when its database is migrated', async () => {
    const answer = await ask('/readyz', { as: null })
    expect(await answer.json()).toEqual({ status: 'ready', checks: { migrated: true } })
  })

  it('sends again what its objects have said', async () => {
    const sku = freshSku('said')
    await put(sku, { onHand: 50 })
    await vi.waitFor(() => expect(toldOf(sku)).toHaveLength(1), { timeout: 5_000 })
    const since = new Date(Date.now() - 60_000).toISOString()
    const again = await ask('/internal/republish', {
      body: { since, subscriber: 'catalog' },
      as: 'admin',
    })
    const { republished } = await again.json<{ republished: number }>()
    expect(republished).toBeGreaterThanOrEqual(1)
    await vi.waitFor(() => expect(toldOf(sku)).toHaveLength(2), { timeout: 5_000 })
    expect(await refusal(ask('/internal/republish', { body: { since } }))).toBe('403 forbidden')
  })
})
