import { MovementView, StockView } from '@kiosk/contracts/http/inventory'
import { pageOf } from '@kiosk/contracts/primitives/page'
import { describe, expect, it } from 'vitest'
import { type Ask, ask, put, refusal } from '../../test/client.ts'
import { expectBalanced, freshSku, stocked, testEnv } from '../../test/world.ts'

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
