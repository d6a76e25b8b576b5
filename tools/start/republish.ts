import { Republished } from '@kiosk/contracts/http/ops'
import type { Gateway } from '../gateway.ts'

/**
 * Sends again what was published since a time. Local queues live in memory, so a message that waited
 * there, perhaps for a retry, died with the runtime. Harmless: every subscriber takes an event into
 * effect once.
 */
export async function sendAgain(admin: Gateway, since: string): Promise<number> {
  const { republished } = await admin.post('/v1/ops/republish', { since }, Republished)
  return republished
}
