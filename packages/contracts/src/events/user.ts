import { z } from '@hono/zod-openapi'
import { UserId } from '../primitives/id.ts'
import { Role } from '../primitives/role.ts'
import { Instant } from '../primitives/time.ts'
import { eventSchema } from './event.ts'

const UserFacts = z.object({
  userId: UserId,
  email: z.string(),
  name: z.string(),
  phone: z.string().optional(),
  locale: z.string(),
  role: Role,
})

export const UserRegistered = eventSchema('user.registered', '/users', UserFacts)
/** Profile or role changed; the payload is the whole user as it is now. */
export const UserUpdated = eventSchema('user.updated', '/users', UserFacts)
/** The account is gone: whoever keeps personal data of it must forget it. */
export const UserDeleted = eventSchema('user.deleted', '/users', z.object({ userId: UserId }))
/** Carries the one-time token, because only the mail may tell it. */
export const UserPasswordResetRequested = eventSchema(
  'user.password_reset_requested',
  '/users',
  UserFacts.extend({ token: z.string(), expiresAt: Instant }),
)
