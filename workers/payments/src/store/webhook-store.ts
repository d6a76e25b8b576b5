import { isUniqueViolation } from '@kiosk/kit/commit'
import type { Database, Statement } from '@kiosk/kit/database'
import { lt } from 'drizzle-orm'
import { webhookEvents } from './schema.ts'

/** The statement that makes a batch take effect once per event of a provider. */
export function takeWebhook(
  db: Database,
  event: { readonly provider: string; readonly eventId: string; readonly now: number },
): Statement {
  const { provider, eventId, now } = event
  return db.insert(webhookEvents).values({ provider, eventId, receivedAt: now })
}

/** Whether an error says that the event of the batch had taken effect before. */
export function isWebhookTaken(error: unknown): boolean {
  return isUniqueViolation(error, 'webhook_events.')
}

/** Forgets the webhooks that were received before a time (epoch ms). */
export async function pruneWebhooks(db: Database, before: number): Promise<void> {
  await db.delete(webhookEvents).where(lt(webhookEvents.receivedAt, before))
}
