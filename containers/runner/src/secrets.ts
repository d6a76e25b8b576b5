import { randomBytes } from 'node:crypto'

export interface Secret {
  readonly worker: 'notifications' | 'payments' | 'users'
  readonly name: string
  /** Makes one up. A secret without this has to be given. */
  readonly make?: () => string
  /** It is only set when it is given. */
  readonly isOptional?: true
}

/** Every secret of every Worker. */
export const SECRETS: readonly Secret[] = [
  {
    worker: 'users',
    name: 'KEY_ENCRYPTION_KEY',
    make: () => randomBytes(32).toString('base64url'),
  },
  { worker: 'users', name: 'ADMIN_EMAIL' },
  { worker: 'users', name: 'ADMIN_PASSWORD' },
  {
    worker: 'payments',
    name: 'SIMULATED_WEBHOOK_SECRET',
    make: () => `whsec_${randomBytes(32).toString('base64')}`,
  },
  { worker: 'notifications', name: 'TWILIO_ACCOUNT_SID', isOptional: true },
  { worker: 'notifications', name: 'TWILIO_AUTH_TOKEN', isOptional: true },
]

const PASSWORD_LENGTH_MIN = 12

/**
 * Why a secret must not leave the machine it was made for, or null.
 * @param development The secrets of shops for development, which others may know.
 */
export function whyUnsafe(
  name: string,
  value: string,
  development: ReadonlySet<string>,
): string | null {
  if (value === '') return null
  if (development.has(value)) return 'is one of a shop for development'
  if (name === 'ADMIN_EMAIL' && /\.(test|example|invalid|localhost)$/i.test(value)) {
    return 'is an address that nobody can have'
  }
  if (name === 'ADMIN_PASSWORD' && value.length < PASSWORD_LENGTH_MIN) {
    return `is shorter than ${PASSWORD_LENGTH_MIN} characters`
  }
  return null
}
