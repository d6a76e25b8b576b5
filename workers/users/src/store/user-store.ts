import type { Role } from '@kiosk/contracts/primitives/role'
import type { Database, Statement } from '@kiosk/kit/commit'
import { and, count, desc, eq, gte, isNull, lt, ne, or, sql, type SQL } from 'drizzle-orm'
import type { User } from '../domain/user.ts'
import { addresses, credentials, passwordResets, sessions, users } from './schema.ts'

const columns = {
  id: users.id,
  // Only deleted users have no email, and they are never selected.
  email: sql<string>`${users.email}`.as('email'),
  name: users.name,
  phone: users.phone,
  locale: users.locale,
  role: users.role,
  version: users.version,
  createdAt: users.createdAt,
  updatedAt: users.updatedAt,
}

/** An account with what proves it. */
export interface Account {
  readonly user: User
  readonly passwordHash: string
}

export async function findUser(db: Database, id: string): Promise<User | undefined> {
  const [user] = await db
    .select(columns)
    .from(users)
    .where(alive(eq(users.id, id)))
  return user
}

export async function findUserByEmail(db: Database, email: string): Promise<User | undefined> {
  const [user] = await db
    .select(columns)
    .from(users)
    .where(alive(eq(users.email, email)))
  return user
}

export async function findAccountByEmail(
  db: Database,
  email: string,
): Promise<Account | undefined> {
  return findAccount(db, eq(users.email, email))
}

export async function findAccountById(db: Database, id: string): Promise<Account | undefined> {
  return findAccount(db, eq(users.id, id))
}

async function findAccount(db: Database, which: SQL): Promise<Account | undefined> {
  const [row] = await db
    .select({ ...columns, passwordHash: credentials.passwordHash })
    .from(users)
    .innerJoin(credentials, eq(credentials.userId, users.id))
    .where(alive(which))
  if (row === undefined) return undefined
  const { passwordHash, ...user } = row
  return { user, passwordHash }
}

interface UserFilter {
  readonly emailPrefix?: string | undefined
  readonly role?: Role | undefined
  /** Only users older than this id. */
  readonly before?: string | undefined
}

/** Newest first. */
export function listUsers(db: Database, filter: UserFilter, limit: number): Promise<User[]> {
  const { emailPrefix, role, before } = filter
  return db
    .select(columns)
    .from(users)
    .where(
      alive(
        emailPrefix === undefined ? undefined : startsWith(emailPrefix),
        role === undefined ? undefined : eq(users.role, role),
        before === undefined ? undefined : lt(users.id, before),
      ),
    )
    .orderBy(desc(users.id))
    .limit(limit)
}

export async function countOtherAdmins(db: Database, userId: string): Promise<number> {
  const [row] = await db
    .select({ admins: count() })
    .from(users)
    .where(alive(eq(users.role, 'admin'), ne(users.id, userId)))
  return row?.admins ?? 0
}

/** Adds an account. Fails on `users.email` when the email has one. */
export function insertUser(db: Database, user: User, passwordHash: string): Statement[] {
  return [
    db.insert(users).values({ ...user }),
    db.insert(credentials).values({ userId: user.id, passwordHash }),
  ]
}

/** Writes a changed user over the version before it, unless that would leave no admin. Guard it. */
export function updateUser(db: Database, user: User): Statement {
  const { name, phone, locale, role, version, updatedAt } = user
  return db
    .update(users)
    .set({ name, phone, locale, role, version, updatedAt })
    .where(
      alive(
        eq(users.id, user.id),
        eq(users.version, version - 1),
        role === 'admin' ? undefined : leavesAnAdmin(user.id),
      ),
    )
}

/** Erases what is personal, unless that would leave no admin. Guard the first statement. */
export function eraseUser(db: Database, user: User, now: number): [Statement, ...Statement[]] {
  return [
    db
      .update(users)
      .set({
        email: null,
        name: '',
        phone: null,
        locale: 'en',
        role: 'customer',
        version: user.version + 1,
        updatedAt: now,
        deletedAt: now,
      })
      .where(alive(eq(users.id, user.id), eq(users.version, user.version), leavesAnAdmin(user.id))),
    db.delete(credentials).where(eq(credentials.userId, user.id)),
    db.delete(addresses).where(eq(addresses.userId, user.id)),
    db.delete(passwordResets).where(eq(passwordResets.userId, user.id)),
    db.delete(sessions).where(eq(sessions.userId, user.id)),
  ]
}

/**
 * Stores a password hash over the one that was read, which may be the same: proves that the password did
 * not change meanwhile. Guard it.
 */
export function updatePassword(
  db: Database,
  userId: string,
  hash: { readonly from: string; readonly to: string },
): Statement {
  return db
    .update(credentials)
    .set({ passwordHash: hash.to })
    .where(and(eq(credentials.userId, userId), eq(credentials.passwordHash, hash.from)))
}

function alive(...conditions: (SQL | undefined)[]): SQL | undefined {
  return and(isNull(users.deletedAt), ...conditions)
}

// Emails are ASCII, so this is above whatever may follow the prefix. LIKE would take 50 bytes only.
const ABOVE_ASCII = '\u{10FFFF}'

function startsWith(prefix: string): SQL | undefined {
  return and(gte(users.email, prefix), lt(users.email, prefix + ABOVE_ASCII))
}

/** That the user is no admin, or not the only one: checked in the write, because two may go at once. */
function leavesAnAdmin(userId: string): SQL | undefined {
  const other = sql`exists (select 1 from users as other
    where other.role = 'admin' and other.deleted_at is null and other.id <> ${userId})`
  return or(ne(users.role, 'admin'), other)
}
