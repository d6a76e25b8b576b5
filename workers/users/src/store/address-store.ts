import type { Database, Statement } from '@kiosk/kit/commit'
import { and, desc, eq, lt, ne, sql } from 'drizzle-orm'
import { addresses } from './schema.ts'

export type AddressRow = typeof addresses.$inferSelect

export async function findAddress(
  db: Database,
  userId: string,
  id: string,
): Promise<AddressRow | undefined> {
  const [address] = await db.select().from(addresses).where(owned(userId, id))
  return address
}

/** Newest first; only those older than an id if one is given. */
export function listAddresses(
  db: Database,
  userId: string,
  before: string | undefined,
  limit: number,
): Promise<AddressRow[]> {
  const older = before === undefined ? undefined : lt(addresses.id, before)
  return db
    .select()
    .from(addresses)
    .where(and(eq(addresses.userId, userId), older))
    .orderBy(desc(addresses.id))
    .limit(limit)
}

/** Adds an address to an account that is alive and has fewer than `max`. Guard it. */
export function insertAddress(db: Database, address: AddressRow, max: number): Statement {
  const { id, userId, name, line1, line2, city, region } = address
  const { postalCode, country, isDefault, createdAt, updatedAt } = address
  // The columns are in the order of the table. A raw statement would not do: drizzle cannot batch one
  // that has parameters.
  return db.insert(addresses).select(sql`
    select ${id}, ${userId}, ${name}, ${line1}, ${line2}, ${city}, ${region}, ${postalCode},
      ${country}, ${isDefault ? 1 : 0}, ${createdAt}, ${updatedAt}
    where (select count(*) from addresses where user_id = ${userId}) < ${max}
      and exists (select 1 from users where id = ${userId} and deleted_at is null)`)
}

/** Changes parts of an address. Guard it. */
export function updateAddress(
  db: Database,
  userId: string,
  id: string,
  changes: Partial<Omit<AddressRow, 'id' | 'userId' | 'createdAt'>>,
): Statement {
  return db.update(addresses).set(changes).where(owned(userId, id))
}

/** Takes the mark of the default from whatever other address has it. Goes before the write that sets it. */
export function clearDefault(db: Database, userId: string, exceptId: string): Statement {
  return db
    .update(addresses)
    .set({ isDefault: false })
    .where(
      and(eq(addresses.userId, userId), eq(addresses.isDefault, true), ne(addresses.id, exceptId)),
    )
}

/** Whether there was such an address. */
export async function deleteAddress(db: Database, userId: string, id: string): Promise<boolean> {
  const deleted = await db
    .delete(addresses)
    .where(owned(userId, id))
    .returning({ id: addresses.id })
  return deleted.length > 0
}

function owned(userId: string, id: string) {
  return and(eq(addresses.userId, userId), eq(addresses.id, id))
}
