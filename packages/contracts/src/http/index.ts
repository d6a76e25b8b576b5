import type { RouteConfig } from '@hono/zod-openapi'
import type { ErrorCode } from '../errors.ts'
import type { Access } from '../primitives/role.ts'
import { auditRoutes } from './audit.ts'
import { catalogRoutes } from './catalog.ts'
import { inventoryRoutes } from './inventory.ts'
import { notificationsRoutes } from './notifications.ts'
import { opsRoutes } from './ops.ts'
import { ordersRoutes } from './orders.ts'
import { paymentsRoutes } from './payments.ts'
import { usersRoutes } from './users.ts'

/** A call of the public API, as `defineRoute` makes it. */
export type ContractRoute = RouteConfig & {
  readonly operationId: string
  readonly access: Access
  /** Every code that it can refuse with. */
  readonly refusals: readonly ErrorCode[]
  /** The path in the router's syntax: `/v1/orders/:id`. */
  getRoutingPath(): string
}

/**
 * The whole public API: which Worker answers which calls. The gateway routes, guards and documents by
 * this table, so a call that is not here cannot be reached.
 */
export const ROUTES = {
  catalog: catalogRoutes,
  inventory: inventoryRoutes,
  orders: ordersRoutes,
  payments: paymentsRoutes,
  users: usersRoutes,
  notifications: notificationsRoutes,
  gateway: [...opsRoutes, ...auditRoutes],
} satisfies Record<string, readonly ContractRoute[]>
