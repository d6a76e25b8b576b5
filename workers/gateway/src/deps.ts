import type {
  Audited,
  CatalogAudit,
  InventoryAudit,
  NotificationsAudit,
  OrdersAudit,
  PaymentsAudit,
} from '@kiosk/contracts/rpc/audit'
import type { AppEnv } from '@kiosk/kit/app'
import { readConfig } from '@kiosk/kit/config'
import { oncePerIsolate } from '@kiosk/kit/once'
import type { Context, MiddlewareHandler } from 'hono'
import { Config, type Env } from './env.ts'

/** The Workers behind the gateway. */
export const SERVICES = [
  'catalog',
  'inventory',
  'orders',
  'payments',
  'users',
  'notifications',
] as const
export type Service = (typeof SERVICES)[number]

/** What every Worker answers the audit. */
export interface Auditors {
  readonly catalog: CatalogAudit
  readonly inventory: InventoryAudit
  readonly orders: OrdersAudit
  readonly payments: PaymentsAudit
  readonly users: Audited
  readonly notifications: NotificationsAudit
}

/** What the gateway works with. */
export interface Deps {
  readonly config: Config
  readonly auditors: Auditors
  readonly now: () => number
  readonly services: Readonly<Record<Service, Fetcher>>
}

export type GatewayEnv = AppEnv<Env, Deps>
export type GatewayContext = Context<GatewayEnv>
export type Middleware = MiddlewareHandler<GatewayEnv>

export const createDeps = oncePerIsolate((env: Env): Deps => ({
  config: readConfig(env, Config),
  auditors: {
    catalog: env.CATALOG_AUDIT,
    inventory: env.INVENTORY_AUDIT,
    orders: env.ORDERS_AUDIT,
    payments: env.PAYMENTS_AUDIT,
    users: env.USERS_AUDIT,
    notifications: env.NOTIFICATIONS_AUDIT,
  },
  now: Date.now,
  services: {
    catalog: env.CATALOG,
    inventory: env.INVENTORY,
    orders: env.ORDERS,
    payments: env.PAYMENTS,
    users: env.USERS,
    notifications: env.NOTIFICATIONS,
  },
}))
