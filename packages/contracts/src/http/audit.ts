import { z } from '@hono/zod-openapi'
import { INVARIANTS, type Invariant } from '../invariants.ts'
import { Instant } from '../primitives/time.ts'
import { defineRoute, jsonAnswer } from './route.ts'

const GRACE_SECONDS_DEFAULT = 60
const GRACE_SECONDS_MAX = 86_400

const query = (name: string) => ({ name, in: 'query' }) as const

export const AuditQuery = z.object({
  graceSeconds: z.coerce
    .number()
    .int()
    .min(0)
    .max(GRACE_SECONDS_MAX)
    .default(GRACE_SECONDS_DEFAULT)
    .openapi({
      param: query('graceSeconds'),
      description: 'What changed more recently is ignored: it may still be on its way',
    }),
  since: Instant.optional().openapi({
    param: query('since'),
    description: 'Only what changed since; everything, if it is left out',
  }),
  cursor: z
    .string()
    .min(1)
    .max(4000)
    .optional()
    .openapi({ param: query('cursor'), description: 'nextCursor of the answer before' }),
})

const invariants = Object.keys(INVARIANTS) as [Invariant, ...Invariant[]]

export const Violation = z
  .object({
    invariant: z.enum(invariants),
    service: z.string().openapi({ example: 'orders', description: 'Whose data is wrong' }),
    ids: z.record(z.string(), z.string()).openapi({ example: { orderId: 'ord_…' } }),
    detail: z.string().openapi({ example: '12 units are reserved, and 10 are on hand' }),
    remedy: z.string().openapi({
      description: 'What to do about it',
      example: 'Count the shelf and set the stock',
    }),
  })
  .openapi('Violation')
export type Violation = z.infer<typeof Violation>

export const AuditReport = z
  .object({
    checkedAt: Instant,
    graceSeconds: z.number().int(),
    checked: z
      .record(z.string(), z.number().int())
      .openapi({ example: { orders: 120, payments: 98, skus: 40 } }),
    violations: z.array(Violation),
    nextCursor: z.string().nullable().openapi({ description: 'null: all of it was looked at' }),
  })
  .openapi('AuditReport')
export type AuditReport = z.infer<typeof AuditReport>

export const audit = defineRoute({
  operationId: 'audit',
  method: 'get',
  path: '/v1/ops/audit',
  tags: ['ops'],
  access: 'admin',
  summary:
    'Checks that orders, payments, stock and events agree, over the real data of all services',
  description:
    'Changes nothing. One call looks at as much as it can; the answers of all pages together are the audit.',
  request: { query: AuditQuery },
  responses: { 200: jsonAnswer('What was looked at, and what is wrong', AuditReport) },
})

export const auditRoutes = [audit] as const
