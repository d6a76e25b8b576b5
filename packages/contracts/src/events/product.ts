import { z } from '@hono/zod-openapi'
import { ProductId } from '../primitives/id.ts'
import { Money } from '../primitives/money.ts'
import { eventSchema } from './event.ts'

const ProductFacts = z.object({
  productId: ProductId,
  slug: z.string(),
  name: z.string(),
  status: z.enum(['draft', 'published']),
  variants: z.array(z.object({ sku: z.string(), name: z.string(), price: Money })),
})

export const ProductCreated = eventSchema('product.created', '/catalog', ProductFacts)
export const ProductUpdated = eventSchema('product.updated', '/catalog', ProductFacts)
/** No longer for sale. Its SKUs stay taken for ever. */
export const ProductArchived = eventSchema(
  'product.archived',
  '/catalog',
  z.object({ productId: ProductId, skus: z.array(z.string()) }),
)
