import type { ProfileChanges } from '@kiosk/contracts/http/users'
import { ok, refuse, type Result } from '@kiosk/contracts/primitives/result'
import type { Role } from '@kiosk/contracts/primitives/role'

/** An account that is not deleted. Times are epoch ms. */
export interface User {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly phone: string | null
  readonly locale: string
  readonly role: Role
  readonly version: number
  readonly createdAt: number
  readonly updatedAt: number
}

interface NewUser {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly locale: string
  readonly role: Role
}

export function openAccount(input: NewUser, now: number): User {
  return { ...input, phone: null, version: 1, createdAt: now, updatedAt: now }
}

/** The user with a changed profile; the very same user when nothing differs. */
export function changeProfile(user: User, changes: ProfileChanges, now: number): User {
  const { name = user.name, phone = user.phone, locale = user.locale } = changes
  if (name === user.name && phone === user.phone && locale === user.locale) return user
  return { ...user, name, phone, locale, version: user.version + 1, updatedAt: now }
}

export type RoleRefusal = { readonly code: 'own_role' } | { readonly code: 'last_admin' }

/**
 * The user with another role. There is always an admin, and nobody takes the role away from themselves by
 * mistake.
 */
export function changeRole(
  user: User,
  role: Role,
  by: { readonly actorId: string; readonly otherAdmins: number },
  now: number,
): Result<User, RoleRefusal> {
  if (role === user.role) return ok(user)
  if (user.id === by.actorId) return refuse({ code: 'own_role' })
  if (!mayCeaseToBeAdmin(user, by.otherAdmins)) return refuse({ code: 'last_admin' })
  return ok({ ...user, role, version: user.version + 1, updatedAt: now })
}

/** Whether this account may lose the admin role, or go: somebody must stay who can give roles. */
export function mayCeaseToBeAdmin(user: User, otherAdmins: number): boolean {
  return user.role !== 'admin' || otherAdmins > 0
}

/** Whether the configured first admin, who has an account already, is to become one. */
export function isToBePromoted(user: User, otherAdmins: number): boolean {
  return user.role !== 'admin' && otherAdmins === 0
}
