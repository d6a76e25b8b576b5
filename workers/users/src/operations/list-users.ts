import type { Role } from '@kiosk/contracts/primitives/role'
import type { Principal } from '@kiosk/kit/auth'
import { cutPage, decodeCursor } from '@kiosk/kit/cursor'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import type { User } from '../domain/user.ts'
import { listUsers as load } from '../store/user-store.ts'
import { assertStill } from './current-user.ts'

const Position = z.tuple([z.string().max(100)])

interface UserListQuery {
  readonly limit: number
  readonly cursor?: string | undefined
  /** How the email begins. */
  readonly q?: string | undefined
  readonly role?: Role | undefined
}

/** Accounts, newest first. */
export async function listUsers(
  deps: Deps,
  by: Principal,
  { limit, cursor, q, role }: UserListQuery,
): Promise<{ rows: User[]; nextCursor: string | null }> {
  const before = decodeCursor(cursor, Position)?.[0]
  await assertStill(deps, by, 'staff')
  const users = await load(deps.db, { emailPrefix: q, role, before }, limit + 1)
  return cutPage(users, limit, (user) => [user.id])
}
