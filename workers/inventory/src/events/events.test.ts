import type { KioskEvent } from '@kiosk/contracts/events'
import { newEvent } from '@kiosk/kit/events'
import { newId } from '@kiosk/kit/ids'
import { describe, expect, it, vi } from 'vitest'
import { ask, put } from '../../test/client.ts'
import { call, freshSku, object, stocked, testDeps, testEnv } from '../../test/world.ts'
import { reserve } from '../operations/reserve.ts'
import { handlers } from './index.ts'

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
