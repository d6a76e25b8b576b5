import type { PricedVariant } from '@kiosk/contracts/rpc/catalog'
import { exports } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { addProduct, asStaff, freshSku, outcomeOf, usd } from '../test/client.ts'
import type { CatalogRpc } from './rpc.ts'

const { CatalogRpc: rpc } = exports as unknown as { CatalogRpc: Service<CatalogRpc> }
const call = { requestId: 'req', traceparent: '', actor: 'system' }

async function pricesOf(skus: string[]): Promise<PricedVariant[]> {
  const prices = await rpc.priceVariants(call, skus)
  return prices.toSorted((a, b) => skus.indexOf(a.sku) - skus.indexOf(b.sku))
}

it('prices what can be bought, under the name that a buyer reads', async () => {
  const [options, named, plain] = [freshSku(), freshSku(), freshSku()]
  const shirt = await addProduct({
    name: 'Shirt',
    variants: [
      { sku: options, options: { colour: 'Blue', size: 'M' }, price: usd(4_900) },
      { sku: named, name: 'Giant', price: usd(5_900) },
    ],
  })
  const mug = await addProduct({ name: 'Mug', variants: [{ sku: plain, price: usd(0) }] })
  expect(await pricesOf([options, named, plain])).toEqual([
    { sku: options, productId: shirt.id, name: 'Shirt – Blue / M', price: usd(4_900) },
    { sku: named, productId: shirt.id, name: 'Shirt – Giant', price: usd(5_900) },
    { sku: plain, productId: mug.id, name: 'Mug', price: usd(0) },
  ])
})

it('leaves out what is unknown, a draft, withdrawn or archived', async () => {
  const price = usd(1)
  const [draft, withdrawn, kept, archived] = [freshSku(), freshSku(), freshSku(), freshSku()]
  await addProduct({ status: 'draft', variants: [{ sku: draft, price }] })
  const edited = await addProduct({
    variants: [
      { sku: withdrawn, price },
      { sku: kept, price },
    ],
  })
  const body = { variants: [{ sku: kept, price }] }
  expect(await outcomeOf(`PATCH /v1/products/${edited.id}`, { ...asStaff, body })).toBe('200')
  const gone = await addProduct({ variants: [{ sku: archived, price }] })
  expect(await outcomeOf(`DELETE /v1/products/${gone.id}`, asStaff)).toBe('204')
  const prices = await pricesOf([draft, withdrawn, kept, archived, 'UNKNOWN', '', '\0', "'"])
  expect(prices.map(({ sku }) => sku)).toEqual([kept])
  expect(await pricesOf([])).toEqual([])
})

it('prices more SKUs than a statement takes parameters', async () => {
  const skus = Array.from({ length: 100 }, () => freshSku())
  await addProduct({ variants: skus.map((sku) => ({ sku, price: usd(3) })) })
  const padding = Array.from({ length: 200 }, (_, n) => `NONE-${n}`)
  expect(await pricesOf([...skus, ...padding])).toHaveLength(100)
})
