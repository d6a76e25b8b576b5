import { z } from '@hono/zod-openapi'
import { UserId } from '../primitives/id.ts'
import { Role } from '../primitives/role.ts'
import { Instant } from '../primitives/time.ts'

export const NAME_MAX = 200
const PASSWORD_MIN = 8
const PASSWORD_MAX = 128

/** A password as somebody chooses it: any characters. */
export const NewPassword = z
  .string()
  .min(PASSWORD_MIN)
  .max(PASSWORD_MAX)
  .openapi({ format: 'password', example: 'correct horse battery staple' })
/** A password as somebody proves it: a short one is not malformed, only wrong. */
export const GivenPassword = z
  .string()
  .min(1)
  .max(PASSWORD_MAX)
  .openapi({ format: 'password', example: 'correct horse battery staple' })

export const UserView = z
  .object({
    id: UserId,
    email: z.string().openapi({ example: 'ada@example.com' }),
    name: z.string().openapi({ example: 'Ada Lovelace' }),
    phone: z.string().optional().openapi({ example: '+4930123456' }),
    locale: z.string().openapi({ example: 'en' }),
    role: Role,
    createdAt: Instant,
    updatedAt: Instant,
  })
  .openapi('User')
export type UserView = z.infer<typeof UserView>
