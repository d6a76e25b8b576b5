import { createMessageBatch, createExecutionContext, getQueueResult } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import {
  addProduct,
  env,
  freshSku,
  hear,
  namesOf,
  readProduct,
  stockChanged,
  usd,
} from '../../test/client.ts'
import worker from '../index.ts'

async function stockOf(sku: string, productId: string) {
  const { variants } = await readProduct(productId)
  return variants.find((variant) => variant.sku === sku)?.stock
}

async function addStocked() {
  const sku = freshSku()
  const { id } = await addProduct({ name: sku, variants: [{ sku, price: usd(1) }] })
  return { sku, id }
}

describe('stock.changed', () => {
  it('is shown, and moves the product in and out of what is in stock', async () => {
    const { sku, id } = await addStocked()
    expect(await stockOf(sku, id)).toEqual({ available: 0, inStock: false })
    await hear(stockChanged(sku, 7, 1))
    expect(await stockOf(sku, id)).toEqual({ available: 7, inStock: true })
    expect(await namesOf({ q: sku, inStock: 'true' })).toEqual([sku])
    await hear(stockChanged(sku, 0, 2))
    expect(await stockOf(sku, id)).toEqual({ available: 0, inStock: false })
    expect(await namesOf({ q: sku, inStock: 'true' })).toEqual([])
    expect((await readProduct(id)).version, 'stock is not an edit').toBe(1)
  })

  it('takes effect once when it is delivered twice', async () => {
    const { sku, id } = await addStocked()
    const event = stockChanged(sku, 5, 1)
    await hear(event)
    await hear(stockChanged(sku, 3, 2))
    await hear(event)
    expect(await stockOf(sku, id)).toEqual({ available: 3, inStock: true })
  })

  it('is ignored when something newer is known', async () => {
    const { sku, id } = await addStocked()
    await hear(stockChanged(sku, 0, 9))
    await hear(stockChanged(sku, 8, 8))
    await hear(stockChanged(sku, 8, 9))
    expect(await stockOf(sku, id)).toEqual({ available: 0, inStock: false })
    expect(await namesOf({ q: sku, inStock: 'false' })).toEqual([sku])
  })

  it('may come before the product', async () => {
    const sku = freshSku()
    await hear(stockChanged(sku, 12, 4))
    const { id } = await addProduct({ name: sku, variants: [{ sku, price: usd(1) }] })
    expect(await stockOf(sku, id)).toEqual({ available: 12, inStock: true })
    expect(await namesOf({ q: sku, inStock: 'true' })).toEqual([sku])
  })

  it('keeps a product in stock while any variant is', async () => {
    const [one, two] = [freshSku(), freshSku()]
    const price = usd(1)
    await addProduct({
      name: one,
      variants: [
        { sku: one, price },
        { sku: two, price },
      ],
    })
    await hear(stockChanged(one, 1, 1))
    await hear(stockChanged(two, 1, 1))
    await hear(stockChanged(one, 0, 2))
    expect(await namesOf({ q: one, inStock: 'true' })).toEqual([one])
    await hear(stockChanged(two, 0, 2))
    expect(await namesOf({ q: one, inStock: 'true' })).toEqual([])
  })

  it('is acknowledged by the queue, alone or with its double in one batch', async () => {
    const { sku, id } = await addStocked()
    const body = stockChanged(sku, 2, 1)
    const timestamp = new Date()
    const batch = createMessageBatch<unknown>('kiosk-catalog', [
      { id: '1', timestamp, attempts: 1, body },
      { id: '2', timestamp, attempts: 1, body },
      { id: '3', timestamp, attempts: 1, body: { type: 'nonsense' } },
    ])
    const context = createExecutionContext()
    await worker.queue(batch, env)
    const result = await getQueueResult(batch, context)
    expect(result.explicitAcks.toSorted()).toEqual(['1', '2'])
    expect(result.retryMessages.map(({ msgId }) => msgId)).toEqual(['3'])
    expect(await stockOf(sku, id)).toEqual({ available: 2, inStock: true })
  })
})
