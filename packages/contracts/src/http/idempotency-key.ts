import { z } from '@hono/zod-openapi'

/**
 * The header that makes a POST repeatable: the same key with the same body gives the same answer and
 * one effect (IETF draft-ietf-httpapi-idempotency-key-header).
 */
export const IdempotencyKeyHeader = z.object({
  'idempotency-key': z
    .string()
    .min(1)
    .max(255)
    .regex(/^[\x21-\x7e]+$/, 'must be visible ASCII without spaces')
    .openapi({
      description:
        'Chosen by the client, new for every intent: the same key with the same body has one effect ' +
        'and one answer. A refusal leaves it unused.',
      example: '8c1f5b0e-2f3a-4d8b-9a54-6f0f2f6f1c11',
    }),
})
