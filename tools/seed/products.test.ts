import { expect, test } from 'vitest'
import { Refusal, type Gateway, type Schema } from '../gateway.ts'
import { seedProduct } from './products.ts'
import { PRODUCTS } from './shop.ts'

const [product] = PRODUCTS
if (product === undefined) throw new Error('the shop is empty')
const skus = product.variants.map((variant) => variant.sku)
const categories = new Map([[product.category, 'cat_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C']])

test('counts every SKU of a product that it created', async () => {
  const shop = fakeShop({})
  await seedProduct(shop.admin, product, categories)
  expect(shop.counted).toEqual(skus)
})

test('counts only what an interrupted seed left uncounted', async () => {
  const [first = ''] = skus
  const shop = fakeShop({ exists: true, counted: [first] })
  await seedProduct(shop.admin, product, categories)
  expect(shop.counted).toEqual(skus.slice(1))
})

test('leaves a SKU alone whose units are all sold', async () => {
  const shop = fakeShop({ exists: true, counted: skus, onHand: 0 })
  await seedProduct(shop.admin, product, categories)
  expect(shop.counted).toEqual([])
})

test('does not hide a refusal that it did not expect', async () => {
  const shop = fakeShop({ refusal: 'forbidden' })
  await expect(seedProduct(shop.admin, product, categories)).rejects.toThrow(/forbidden/)
})

interface Facts {
  readonly exists?: boolean
  readonly counted?: readonly string[]
  readonly onHand?: number
  readonly refusal?: string
}

function fakeShop({ exists = false, counted = [], onHand = 5, refusal }: Facts) {
  const puts: string[] = []
  const unparsed = <T>(value: unknown) => value as T
  const admin: Gateway = {
    url: 'http://shop.test',
    async post<T>(path: string) {
      if (refusal !== undefined) throw new Refusal(`POST ${path}`, 403, { code: refusal })
      if (exists) throw new Refusal(`POST ${path}`, 409, { code: 'slug_taken' })
      return unparsed<T>({})
    },
    async get<T>(path: string, _schema: Schema<T>) {
      const isCounted = counted.some((sku) => path.includes(encodeURIComponent(sku)))
      if (path.includes('/movements')) return unparsed<T>({ items: isCounted ? [{}] : [] })
      if (!isCounted) throw new Refusal(`GET ${path}`, 404, { code: 'not_found' })
      return unparsed<T>({ onHand })
    },
    async put<T>(path: string) {
      puts.push(decodeURIComponent(path.split('/').at(-1) ?? ''))
      return unparsed<T>({})
    },
    patch: () => Promise.reject(new Error('nothing is patched')),
    as: () => admin,
  }
  return { admin, counted: puts }
}
