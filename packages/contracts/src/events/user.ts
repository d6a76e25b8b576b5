import { z } from '@hono/zod-openapi'
import { UserId } from '../primitives/id.ts'
import { Role } from '../primitives/role.ts'
import { Instant } from '../primitives/time.ts'
import { defineEvent } from './event.ts'

const UserFacts = z.object({
  userId: UserId,
  email: z.string(),
  name: z.string(),
  phone: z.string().optional(),
  locale: z.string(),
  role: Role,
})

const USER = 'usr_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C'
const facts = {
  userId: USER,
  email: 'ada@example.com',
  name: 'Ada Lovelace',
  locale: 'en',
  role: 'customer' as const,
}

export const UserRegistered = defineEvent({
  type: 'user.registered',
  source: '/users',
  when: 'An account was opened.',
  data: UserFacts,
  example: { subject: USER, data: facts },
})

export const UserUpdated = defineEvent({
  type: 'user.updated',
  source: '/users',
  when: 'A profile or a role changed. The payload is the whole user as it is now.',
  data: UserFacts,
  example: { subject: USER, data: { ...facts, phone: '+4930123456' } },
})

export const UserDeleted = defineEvent({
  type: 'user.deleted',
  source: '/users',
  when: 'An account is gone: whoever keeps personal data of it must forget it.',
  data: z.object({ userId: UserId }),
  example: { subject: USER, data: { userId: USER } },
})

export const UserPasswordResetRequested = defineEvent({
  type: 'user.password_reset_requested',
  source: '/users',
  when:
    'Somebody asked to reset the password of an account. It carries the one-time token, because only ' +
    'the mail may tell it.',
  data: UserFacts.extend({ token: z.string(), expiresAt: Instant }),
  example: {
    subject: USER,
    data: {
      ...facts,
      token: 'q1hGx0nD3bqvYbYt2Jm8kLwR5sT7uVzA9cE4fHiKjM0',
      expiresAt: '2026-11-20T12:30:00.000Z',
    },
  },
})
