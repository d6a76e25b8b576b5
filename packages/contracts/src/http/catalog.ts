import { z } from '@hono/zod-openapi'
import { CategoryId, Sku } from '../primitives/id.ts'
import { AMOUNT_MINOR_MAX, Currency, Money } from '../primitives/money.ts'
import { PageQuery } from '../primitives/page.ts'
import { line } from '../primitives/text.ts'
import { ProductPage, ProductStatus, ProductView } from './catalog-view.ts'
import {
  createCategory,
  deleteCategory,
  listCategories,
  Slug,
  updateCategory,
} from './categories.ts'
import { defineRoute, jsonAnswer, jsonBody } from './route.ts'

const tags: [string] = ['catalog']

export const VARIANTS_MAX = 100
export const SEARCH_TEXT_MAX = 16_384
const IMAGES_MAX = 20
const ATTRIBUTES_MAX = 50
const OPTIONS_MAX = 10
const PRODUCT_CATEGORIES_MAX = 20
const WEIGHT_GRAMS_MAX = 100_000_000

function atMost(entries: number) {
  const fits = (record: object) => Object.keys(record).length <= entries
  return [fits, `must have at most ${entries} entries`] as const
}

const Attributes = z
  .record(z.string().min(1).max(64), z.union([z.string().max(500), z.number(), z.boolean()]))
  .refine(...atMost(ATTRIBUTES_MAX))
  .openapi({ example: { material: 'linen', machineWashable: true } })

const VariantOptions = z
  .record(z.string().min(1).max(64), z.string().min(1).max(100))
  .refine(...atMost(OPTIONS_MAX))
  .openapi({ example: { colour: 'Blue', size: 'M' } })

const IMAGE_URL = 'https://images.kiosk.example/linen-shirt.jpg'

const ProductImage = z.object({
  url: z
    .url('must be a URL')
    .max(2_048)
    .regex(/^https?:\/\//, 'must be an http or https URL')
    .openapi({ example: IMAGE_URL }),
  alt: z.string().max(300).openapi({ example: 'The shirt on a hanger' }),
})

const VariantFields = z.object({
  sku: Sku,
  name: line(200, 'Blue M').optional(),
  options: VariantOptions.default({}),
  price: Money,
  weightGrams: z.number().int().min(0).max(WEIGHT_GRAMS_MAX).optional(),
})

const Variants = z
  .array(VariantFields)
  .min(1)
  .max(VARIANTS_MAX)
  .superRefine((variants, context) => {
    const seen = new Set<string>()
    for (const [index, { sku }] of variants.entries()) {
      if (seen.has(sku)) {
        context.addIssue({ code: 'custom', path: [index, 'sku'], message: 'is there twice' })
      }
      seen.add(sku)
    }
  })

const productFields = {
  name: line(200, 'Linen shirt'),
  slug: Slug.optional().openapi({ description: 'Made from the name when it is left out' }),
  description: z.string().max(10_000).openapi({ example: 'Cut from heavy linen' }),
  status: ProductStatus.openapi({ example: 'published' }),
  categoryIds: z.array(CategoryId).max(PRODUCT_CATEGORIES_MAX),
  attributes: Attributes,
  images: z.array(ProductImage).max(IMAGES_MAX),
  variants: Variants,
}

export const CreateProductRequest = z
  .object({
    ...productFields,
    categoryIds: productFields.categoryIds.default([]),
    attributes: productFields.attributes.default({}),
    images: productFields.images.default([]),
  })
  .openapi('CreateProductRequest')
export type CreateProductRequest = z.infer<typeof CreateProductRequest>

export const UpdateProductRequest = z
  .object(productFields)
  .partial()
  .openapi('UpdateProductRequest', {
    description:
      '`variants` replaces the list: SKUs that are missing from it are withdrawn from sale and ' +
      'stay taken.',
  })
export type UpdateProductRequest = z.infer<typeof UpdateProductRequest>

export const ProductSort = z
  .enum(['newest', 'price', '-price', 'name', 'relevance'])
  .openapi('ProductSort')
export type ProductSort = z.infer<typeof ProductSort>

/** A whole number in a query. Stricter than coercion, which takes '' for 0 and '1e3' for 1000. */
const queryAmount = z
  .string()
  .regex(/^\d{1,13}$/, 'must be a whole number')
  .transform(Number)
  .pipe(z.number().max(AMOUNT_MINOR_MAX))
  .openapi({ type: 'integer', minimum: 0, maximum: AMOUNT_MINOR_MAX })

export const ListProductsQuery = PageQuery.extend({
  q: z
    .string()
    .max(SEARCH_TEXT_MAX)
    .optional()
    .openapi({
      description:
        'Words that a product must all have, or have beginnings of, in its name, description, ' +
        'variants, SKUs, attributes or category names',
      example: 'linen shirt',
    }),
  category: z.string().min(1).max(100).optional().openapi({
    description: 'Id or slug; products of the categories below it count too',
    example: 'shirts',
  }),
  currency: Currency.optional().openapi({ description: 'Only products priced in it' }),
  minPriceMinor: queryAmount
    .optional()
    .openapi({ description: 'Only products with a variant at this price or above' }),
  maxPriceMinor: queryAmount
    .optional()
    .openapi({ description: 'Only products with a variant at this price or below' }),
  inStock: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .openapi({ type: 'boolean', description: 'Only what can, or cannot, be ordered now' }),
  sort: ProductSort.optional().openapi({
    description: '`relevance` by default when `q` is given, else `newest`',
  }),
  status: ProductStatus.optional().openapi({ description: '`draft` is for staff only' }),
}).refine(
  ({ minPriceMinor = 0, maxPriceMinor = AMOUNT_MINOR_MAX }) => minPriceMinor <= maxPriceMinor,
  { path: ['minPriceMinor'], message: 'must not be above maxPriceMinor' },
)

const ProductParams = z.object({
  idOrSlug: z
    .string()
    .min(1)
    .max(200)
    .openapi({ description: 'The id of the product, or its slug', example: 'linen-shirt' }),
})

const IfMatchHeader = z.object({
  'if-match': z
    .string()
    .max(1_000)
    .optional()
    .openapi({ description: 'The ETag that the product must still have', example: '"3"' }),
})

/** Anyone may ask; staff, who see drafts too, say who they are. */
const WITH_OR_WITHOUT_TOKEN: Record<string, string[]>[] = [{}, { bearer: [] }]

const productRefusals = ['slug_taken', 'sku_taken', 'mixed_currencies', 'unknown_category'] as const

export const listProducts = defineRoute({
  operationId: 'listProducts',
  method: 'get',
  path: '/v1/products',
  tags,
  access: 'anyone',
  security: WITH_OR_WITHOUT_TOKEN,
  summary: 'Products that are for sale: search, filters, sorts and facet counts',
  request: { query: ListProductsQuery },
  errors: ['unauthorized', 'forbidden'],
  responses: { 200: jsonAnswer('A page of products', ProductPage) },
})

export const getProduct = defineRoute({
  operationId: 'getProduct',
  method: 'get',
  path: '/v1/products/{idOrSlug}',
  tags,
  access: 'anyone',
  security: WITH_OR_WITHOUT_TOKEN,
  summary: 'A product by its id or its slug',
  request: { params: ProductParams },
  errors: ['not_found'],
  responses: { 200: jsonAnswer('The product', ProductView, 'ETag') },
})

export const createProduct = defineRoute({
  operationId: 'createProduct',
  method: 'post',
  path: '/v1/products',
  tags,
  access: 'staff',
  summary: 'Adds a product with its variants',
  request: { body: jsonBody(CreateProductRequest) },
  errors: productRefusals,
  responses: { 201: jsonAnswer('The new product', ProductView, 'ETag', 'Location') },
})

export const updateProduct = defineRoute({
  operationId: 'updateProduct',
  method: 'patch',
  path: '/v1/products/{idOrSlug}',
  tags,
  access: 'staff',
  summary: 'Changes the fields that are given',
  request: {
    params: ProductParams,
    headers: IfMatchHeader,
    body: jsonBody(UpdateProductRequest),
  },
  errors: ['not_found', 'precondition_failed', 'conflict', ...productRefusals],
  responses: { 200: jsonAnswer('The product as it is now', ProductView, 'ETag') },
})

export const archiveProduct = defineRoute({
  operationId: 'archiveProduct',
  method: 'delete',
  path: '/v1/products/{idOrSlug}',
  tags,
  access: 'staff',
  summary: 'Takes a product off sale for good; its SKUs stay taken',
  request: { params: ProductParams, headers: IfMatchHeader },
  errors: ['not_found', 'precondition_failed', 'conflict'],
  responses: { 204: { description: 'It is archived' } },
})

/** Every public call that catalog answers. */
export const catalogRoutes = [
  listProducts,
  getProduct,
  createProduct,
  updateProduct,
  archiveProduct,
  listCategories,
  createCategory,
  updateCategory,
  deleteCategory,
] as const
