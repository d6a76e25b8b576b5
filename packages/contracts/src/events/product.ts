import { z } from '@hono/zod-openapi'
import { ProductId } from '../primitives/id.ts'
import { Money } from '../primitives/money.ts'
import { defineEvent } from './event.ts'

const ProductFacts = z.object({
  productId: ProductId,
  slug: z.string(),
  name: z.string(),
  status: z.enum(['draft', 'published']),
  variants: z.array(z.object({ sku: z.string(), name: z.string(), price: Money })),
})

const PRODUCT = 'prd_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C'
const facts = {
  productId: PRODUCT,
  slug: 'linen-shirt',
  name: 'Linen shirt',
  status: 'published' as const,
  variants: [
    { sku: 'SHIRT-BLUE-M', name: 'Blue M', price: { amountMinor: 4900, currency: 'EUR' } },
  ],
}

export const ProductCreated = defineEvent({
  type: 'product.created',
  source: '/catalog',
  when: 'A product was added, as a draft or for sale.',
  data: ProductFacts,
  example: { subject: PRODUCT, data: facts },
})

export const ProductUpdated = defineEvent({
  type: 'product.updated',
  source: '/catalog',
  when: 'A product changed. The payload is all of it as it is now.',
  data: ProductFacts,
  example: { subject: PRODUCT, data: { ...facts, name: 'Heavy linen shirt' } },
})

export const ProductArchived = defineEvent({
  type: 'product.archived',
  source: '/catalog',
  when: 'A product is no longer for sale. Its SKUs stay taken for ever.',
  data: z.object({ productId: ProductId, skus: z.array(z.string()) }),
  example: { subject: PRODUCT, data: { productId: PRODUCT, skus: ['SHIRT-BLUE-M'] } },
})
