import { z } from '@hono/zod-openapi'
import { CategoryId, ProductId, Sku } from '../primitives/id.ts'
import { Money } from '../primitives/money.ts'
import { pageOf } from '../primitives/page.ts'
import { Instant } from '../primitives/time.ts'

/** A draft is seen by staff only, and cannot be ordered. */
export const ProductStatus = z.enum(['draft', 'published']).openapi('ProductStatus')
export type ProductStatus = z.infer<typeof ProductStatus>

export const VariantView = z
  .object({
    sku: Sku,
    name: z.string().openapi({ example: 'Blue M' }),
    options: z.record(z.string(), z.string()).openapi({ example: { colour: 'Blue', size: 'M' } }),
    price: Money,
    weightGrams: z.number().int().optional(),
    stock: z
      .object({ available: z.number().int().openapi({ example: 118 }), inStock: z.boolean() })
      .openapi({ description: 'As inventory last told; an order decides by inventory itself' }),
  })
  .openapi('Variant')
export type VariantView = z.infer<typeof VariantView>

export const ProductView = z
  .object({
    id: ProductId,
    slug: z.string().openapi({ example: 'linen-shirt' }),
    name: z.string().openapi({ example: 'Linen shirt' }),
    description: z.string().openapi({ example: 'Cut from heavy linen' }),
    status: ProductStatus.openapi({ example: 'published' }),
    categoryIds: z.array(CategoryId),
    attributes: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .openapi({ example: { material: 'linen', machineWashable: true } }),
    images: z.array(
      z.object({
        url: z.string().openapi({ example: 'https://images.kiosk.example/linen-shirt.jpg' }),
        alt: z.string().openapi({ example: 'The shirt on a hanger' }),
      }),
    ),
    variants: z.array(VariantView),
    version: z.number().int(),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .openapi('Product')
export type ProductView = z.infer<typeof ProductView>

export const ProductFacets = z
  .object({
    categories: z.array(
      z.object({
        id: CategoryId,
        name: z.string().openapi({ example: 'Shirts' }),
        count: z.number().int(),
      }),
    ),
    price: z
      .object({
        currency: z.string().nullable(),
        minMinor: z.number().int().nullable(),
        maxMinor: z.number().int().nullable(),
      })
      .openapi({
        description: 'The range of the currency that most of the products have',
        example: { currency: 'USD', minMinor: 1999, maxMinor: 1999 },
      }),
    inStock: z
      .object({ true: z.number().int(), false: z.number().int() })
      .openapi({ example: { true: 1, false: 0 } }),
  })
  .openapi('ProductFacets', {
    description: 'Counts over all products that match, not only this page',
  })
export type ProductFacets = z.infer<typeof ProductFacets>

export const ProductPage = pageOf(ProductView)
  .extend({ facets: ProductFacets })
  .openapi('ProductPage')
export type ProductPage = z.infer<typeof ProductPage>
