import { z } from '@hono/zod-openapi'

/** A moment in UTC, ISO 8601 with milliseconds. */
export const Instant = z.iso.datetime().openapi({ example: '2026-11-20T12:00:00.000Z' })

/** Epoch milliseconds (how databases keep time) as an ISO 8601 instant (how the wire shows it). */
export function toInstant(epochMs: number): string {
  return new Date(epochMs).toISOString()
}
