import type { Preferences } from '@kiosk/contracts/http/notifications'
import type { Database, Statement } from '@kiosk/kit/commit'
import { eq } from 'drizzle-orm'
import { PREFERENCES_DEFAULT } from '../domain/addressing.ts'
import { preferences } from './schema.ts'

type Row = typeof preferences.$inferSelect

export async function findPreferences(db: Database, userId: string): Promise<Preferences> {
  const [row] = await db.select().from(preferences).where(eq(preferences.userId, userId))
  return toPreferences(row ?? null)
}

export function savePreferences(db: Database, userId: string, chosen: Preferences): Statement {
  const columns = {
    emailOrders: chosen.email.orders,
    emailPayments: chosen.email.payments,
    smsOrders: chosen.sms.orders,
    smsPayments: chosen.sms.payments,
  }
  return db
    .insert(preferences)
    .values({ userId, ...columns })
    .onConflictDoUpdate({ target: preferences.userId, set: columns })
}

/** A row as preferences; without one, the default. */
export function toPreferences(row: Row | null): Preferences {
  if (row === null) return PREFERENCES_DEFAULT
  return {
    email: { orders: row.emailOrders, payments: row.emailPayments },
    sms: { orders: row.smsOrders, payments: row.smsPayments },
  }
}
