import { z } from '@hono/zod-openapi'
import { pathId } from '../primitives/id.ts'
import { PageQuery, pageOf } from '../primitives/page.ts'
import { Address } from '../primitives/text.ts'
import { Instant } from '../primitives/time.ts'
import { defineRoute, jsonAnswer, jsonBody } from './route.ts'

const tags: [string] = ['users']

export const AddressInput = Address.extend({ isDefault: z.boolean().default(false) }).openapi(
  'AddressInput',
)
export type AddressInput = z.infer<typeof AddressInput>

export const AddressChanges = Address.extend({
  line2: Address.shape.line2.nullable().openapi({ description: 'null removes it' }),
  region: Address.shape.region.nullable().openapi({ description: 'null removes it' }),
  isDefault: z.boolean(),
})
  .partial()
  .openapi('AddressChanges')
export type AddressChanges = z.infer<typeof AddressChanges>

export const AddressView = Address.extend({
  id: z.string().openapi({ example: 'adr_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C' }),
  isDefault: z.boolean(),
  createdAt: Instant,
  updatedAt: Instant,
}).openapi('SavedAddress')
export type AddressView = z.infer<typeof AddressView>

const addressParams = z.object({ id: pathId('address') })

export const listAddresses = defineRoute({
  operationId: 'listAddresses',
  method: 'get',
  path: '/v1/users/me/addresses',
  tags,
  access: 'customer',
  summary: 'Own addresses, newest first',
  request: { query: PageQuery },
  responses: { 200: jsonAnswer('A page of addresses', pageOf(AddressView)) },
})

export const createAddress = defineRoute({
  operationId: 'createAddress',
  method: 'post',
  path: '/v1/users/me/addresses',
  tags,
  access: 'customer',
  summary: 'Keeps an address; an account has at most 50',
  request: { body: jsonBody(AddressInput) },
  errors: ['conflict'],
  responses: { 201: jsonAnswer('The address', AddressView) },
})

export const getAddress = defineRoute({
  operationId: 'getAddress',
  method: 'get',
  path: '/v1/users/me/addresses/{id}',
  tags,
  access: 'customer',
  summary: 'One own address',
  request: { params: addressParams },
  errors: ['not_found'],
  responses: { 200: jsonAnswer('The address', AddressView) },
})

export const replaceAddress = defineRoute({
  operationId: 'replaceAddress',
  method: 'put',
  path: '/v1/users/me/addresses/{id}',
  tags,
  access: 'customer',
  summary: 'Replaces an address',
  request: { params: addressParams, body: jsonBody(AddressInput) },
  errors: ['not_found'],
  responses: { 200: jsonAnswer('The address as it is now', AddressView) },
})

export const updateAddress = defineRoute({
  operationId: 'updateAddress',
  method: 'patch',
  path: '/v1/users/me/addresses/{id}',
  tags,
  access: 'customer',
  summary: 'Changes parts of an address',
  request: { params: addressParams, body: jsonBody(AddressChanges) },
  errors: ['not_found'],
  responses: { 200: jsonAnswer('The address as it is now', AddressView) },
})

export const deleteAddress = defineRoute({
  operationId: 'deleteAddress',
  method: 'delete',
  path: '/v1/users/me/addresses/{id}',
  tags,
  access: 'customer',
  summary: 'Forgets an address',
  request: { params: addressParams },
  errors: ['not_found'],
  responses: { 204: { description: 'The address is gone' } },
})
