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

/** What the gateway works with. */
export interface Deps {
  readonly config: Config
  readonly services: Readonly<Record<Service, Fetcher>>
}

export type GatewayEnv = AppEnv<Env, Deps>
export type GatewayContext = Context<GatewayEnv>
export type Middleware = MiddlewareHandler<GatewayEnv>

export const createDeps = oncePerIsolate((env: Env): Deps => ({
  config: readConfig(env, Config),
  services: {
    catalog: env.CATALOG,
    inventory: env.INVENTORY,
    orders: env.ORDERS,
    payments: env.PAYMENTS,
    users: env.USERS,
    notifications: env.NOTIFICATIONS,
  },
}))
