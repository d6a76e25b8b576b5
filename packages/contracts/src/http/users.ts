import { z } from '@hono/zod-openapi'
import { pathId } from '../primitives/id.ts'
import { PageQuery, pageOf } from '../primitives/page.ts'
import { Role } from '../primitives/role.ts'
import { line, Locale, Phone } from '../primitives/text.ts'
import { defineRoute, jsonAnswer, jsonBody } from './route.ts'
import {
  createAddress,
  deleteAddress,
  getAddress,
  listAddresses,
  replaceAddress,
  updateAddress,
} from './users-addresses.ts'
import {
  confirmPasswordReset,
  getJwks,
  login,
  logout,
  refresh,
  register,
  requestPasswordReset,
} from './users-auth.ts'
import { GivenPassword, NAME_MAX, NewPassword, UserView } from './users-view.ts'

const tags: [string] = ['users']

export const getMe = defineRoute({
  operationId: 'getMe',
  method: 'get',
  path: '/v1/users/me',
  tags,
  access: 'customer',
  summary: 'Who is signed in',
  responses: { 200: jsonAnswer('The account', UserView) },
})

export const ProfileChanges = z
  .object({
    name: line(NAME_MAX, 'Ada Lovelace').optional(),
    phone: Phone.nullable().optional().openapi({ description: 'null removes it' }),
    locale: Locale.optional(),
  })
  .openapi('ProfileChanges')
export type ProfileChanges = z.infer<typeof ProfileChanges>

export const updateMe = defineRoute({
  operationId: 'updateMe',
  method: 'patch',
  path: '/v1/users/me',
  tags,
  access: 'customer',
  summary: 'Changes the profile',
  request: { body: jsonBody(ProfileChanges) },
  errors: ['conflict'],
  responses: { 200: jsonAnswer('The account as it is now', UserView) },
})

export const deleteMe = defineRoute({
  operationId: 'deleteMe',
  method: 'delete',
  path: '/v1/users/me',
  tags,
  access: 'customer',
  summary: 'Deletes the account: personal data is erased, every session ends',
  errors: ['conflict'],
  responses: { 204: { description: 'The account is gone' } },
})

export const PasswordChange = z
  .object({ currentPassword: GivenPassword, newPassword: NewPassword })
  .openapi('PasswordChange')

export const changePassword = defineRoute({
  operationId: 'changePassword',
  method: 'post',
  path: '/v1/users/me/password',
  tags,
  access: 'customer',
  summary: 'Changes the password and ends every session',
  request: { body: jsonBody(PasswordChange) },
  errors: ['wrong_password'],
  responses: { 204: { description: 'Sign in again with the new password' } },
})

export const UserQuery = PageQuery.extend({
  q: z
    .string()
    .trim()
    .toLowerCase()
    .max(254)
    .optional()
    .openapi({ param: { name: 'q', in: 'query' }, description: 'How the email begins' }),
  role: Role.optional().openapi({
    param: { name: 'role', in: 'query' },
    description: 'Only accounts with this role',
  }),
})

export const listUsers = defineRoute({
  operationId: 'listUsers',
  method: 'get',
  path: '/v1/users',
  tags,
  access: 'staff',
  summary: 'Accounts, newest first',
  request: { query: UserQuery },
  responses: { 200: jsonAnswer('A page of accounts', pageOf(UserView)) },
})

export const RoleChange = z.object({ role: Role }).openapi('RoleChange')

export const updateUserRole = defineRoute({
  operationId: 'updateUserRole',
  method: 'patch',
  path: '/v1/users/{id}',
  tags,
  access: 'admin',
  summary: 'Gives an account another role',
  description: 'Refused for one’s own role and for the last admin (409).',
  request: { params: z.object({ id: pathId('user') }), body: jsonBody(RoleChange) },
  errors: ['not_found', 'conflict'],
  responses: { 200: jsonAnswer('The account as it is now', UserView) },
})

/** Every public call of users. Order matters: `/v1/users/me` comes before `/v1/users/{id}`. */
export const usersRoutes = [
  register,
  login,
  refresh,
  logout,
  requestPasswordReset,
  confirmPasswordReset,
  getJwks,
  getMe,
  updateMe,
  deleteMe,
  changePassword,
  listAddresses,
  createAddress,
  getAddress,
  replaceAddress,
  updateAddress,
  deleteAddress,
  listUsers,
  updateUserRole,
] as const
