import type { Database } from '@kiosk/kit/commit'
import { inbox } from './schema.ts'

/** Notes that an event took effect; once is enough. */
export async function noteReceived(db: Database, eventId: string, now: number): Promise<void> {
  await db.insert(inbox).values({ eventId, receivedAt: now }).onConflictDoNothing()
}
