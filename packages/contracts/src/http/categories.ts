import { z } from '@hono/zod-openapi'
import { CategoryId, pathId } from '../primitives/id.ts'
import { line } from '../primitives/text.ts'
import { defineRoute, jsonAnswer, jsonBody } from './route.ts'

const tags: [string] = ['catalog']

const POSITION_MAX = 1_000_000

/** The part of an address that names a product or a category to people: lower-case kebab. */
export const Slug = z
  .string()
  .max(100)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case words joined by single hyphens')
  .openapi({ example: 'linen-shirt' })

export const CategoryView = z
  .object({
    id: CategoryId,
    slug: z.string().openapi({ example: 'shirts' }),
    name: z.string().openapi({ example: 'Shirts' }),
    parentId: CategoryId.nullable(),
    position: z.number().int(),
  })
  .openapi('Category')
export type CategoryView = z.infer<typeof CategoryView>

/** A category with those below it. */
export interface CategoryNode extends CategoryView {
  children: CategoryNode[]
}
export const CategoryNode: z.ZodType<CategoryNode> = CategoryView.extend({
  children: z.lazy(() => z.array(CategoryNode)),
}).openapi('CategoryNode')

export const CategoryTree = z.object({ items: z.array(CategoryNode) }).openapi('CategoryTree')

const categoryFields = {
  name: line(100, 'Shirts'),
  slug: Slug.optional().openapi({ description: 'Made from the name when it is left out' }),
  parentId: CategoryId.nullable().optional().openapi({ description: 'null: a top category' }),
  position: z
    .number()
    .int()
    .min(0)
    .max(POSITION_MAX)
    .optional()
    .openapi({ description: 'Order among its siblings; those of one position go by name' }),
}

export const CreateCategoryRequest = z.object(categoryFields).openapi('CreateCategoryRequest')
export type CreateCategoryRequest = z.infer<typeof CreateCategoryRequest>

export const UpdateCategoryRequest = z
  .object(categoryFields)
  .partial()
  .openapi('UpdateCategoryRequest')
export type UpdateCategoryRequest = z.infer<typeof UpdateCategoryRequest>

const CategoryParams = z.object({ id: pathId('category') })

export const listCategories = defineRoute({
  operationId: 'listCategories',
  method: 'get',
  path: '/v1/categories',
  tags,
  access: 'anyone',
  summary: 'All categories, as a tree',
  responses: { 200: jsonAnswer('The category tree', CategoryTree) },
})

export const createCategory = defineRoute({
  operationId: 'createCategory',
  method: 'post',
  path: '/v1/categories',
  tags,
  access: 'staff',
  summary: 'Adds a category',
  request: { body: jsonBody(CreateCategoryRequest) },
  errors: ['slug_taken', 'unknown_category', 'category_misplaced'],
  responses: { 201: jsonAnswer('The new category', CategoryView) },
})

export const updateCategory = defineRoute({
  operationId: 'updateCategory',
  method: 'patch',
  path: '/v1/categories/{id}',
  tags,
  access: 'staff',
  summary: 'Changes the fields that are given; moves everything below it along',
  request: { params: CategoryParams, body: jsonBody(UpdateCategoryRequest) },
  errors: ['not_found', 'conflict', 'slug_taken', 'unknown_category', 'category_misplaced'],
  responses: { 200: jsonAnswer('The category as it is now', CategoryView) },
})

export const deleteCategory = defineRoute({
  operationId: 'deleteCategory',
  method: 'delete',
  path: '/v1/categories/{id}',
  tags,
  access: 'staff',
  summary: 'Removes a category that has no products and no categories below it',
  request: { params: CategoryParams },
  errors: ['not_found', 'category_in_use'],
  responses: { 204: { description: 'It is gone' } },
})
