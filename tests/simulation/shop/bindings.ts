import { join, resolve } from 'node:path'
import type { Subscriber } from '@kiosk/contracts/events'
import { SUBSCRIBERS } from '@kiosk/contracts/events'
import * as catalog from '../../../workers/catalog/src/index.ts'
import * as inventory from '../../../workers/inventory/src/index.ts'
import * as notifications from '../../../workers/notifications/src/index.ts'
import * as orders from '../../../workers/orders/src/index.ts'
import * as payments from '../../../workers/payments/src/index.ts'
import { MemoryD1 } from '../platform/memory-d1.ts'
import { MemoryNamespace, type Binding } from '../platform/memory-object.ts'
import { MemoryQueue, type Batch } from '../platform/memory-queue.ts'
import { rpcBinding } from '../platform/wire.ts'
import type { Platform } from './platform.ts'
import { DURATIONS, SECRETS } from './settings.ts'

/** The Workers that the simulation runs. `users` is only what it says: see `people.ts`. */
export const WORKERS = { catalog, inventory, orders, payments, notifications } as const
export type WorkerName = keyof typeof WORKERS

const MIGRATIONS = resolve(import.meta.dirname, '../../../migrations')

/** How every consumer of `wrangler.toml` is set. */
const RETRIES_MAX = 8
const RETRY_DELAY_MS = 1_000
const DEAD_LETTER_RETRIES_MAX = 100
const DEAD_LETTER_RETRY_DELAY_MS = 30_000

/** The databases, queues and objects of one shop, and the environment of each of its Workers. */
export function bindWorkers(platform: Platform) {
  const { scheduler, rewriteSql } = platform
  // Filled below: Workers are bound to each other, so none can be complete before the others exist.
  const envs = mapWorkers(() => ({}))
  const d1 = mapWorkers((worker) => {
    const migrations = join(MIGRATIONS, worker)
    return new MemoryD1({ worker, migrations, scheduler, rewriteSql })
  })
  const queues = Object.fromEntries(
    SUBSCRIBERS.map((name) => [name, queuePair(platform, name, envs[name])]),
  ) as Record<Subscriber, ReturnType<typeof queuePair>>

  type More = Pick<Binding, 'before'>
  function namespace(worker: WorkerName, objectClass: Binding['objectClass'], more: More = {}) {
    const binding = { objectClass, env: envs[worker], exports: platform.exports, ...more }
    return new MemoryNamespace(platform, binding)
  }
  const objects = {
    catalogRelay: namespace('catalog', catalog.OutboxRelay),
    stock: namespace('inventory', inventory.SkuStock),
    ordersRelay: namespace('orders', orders.OutboxRelay),
    paymentsRelay: namespace('payments', payments.OutboxRelay),
    reconciler: namespace('payments', payments.Reconciler),
    provider: namespace('payments', payments.SimulatedProvider, bankMood(platform)),
    dispatcher: namespace('notifications', notifications.Dispatcher),
  }
  const rpc = (worker: WorkerName, entrypoint: new (ctx: never, env: never) => object) =>
    rpcBinding(scheduler, worker, () => new entrypoint(context as never, envs[worker] as never))

  const shared = {
    ...DURATIONS,
    ...SECRETS,
    ...Object.fromEntries(
      SUBSCRIBERS.map((name) => [`QUEUE_${name.toUpperCase()}`, queues[name].queue]),
    ),
    CATALOG_RPC: rpc('catalog', catalog.CatalogRpc),
    INVENTORY_RPC: rpc('inventory', inventory.InventoryRpc),
    ORDERS_RPC: rpc('orders', orders.OrdersRpc),
  }
  const own: Record<WorkerName, object> = {
    catalog: { RELAY: objects.catalogRelay, CACHE: emptyKv },
    inventory: { STOCK: objects.stock },
    orders: { RELAY: objects.ordersRelay },
    payments: {
      RELAY: objects.paymentsRelay,
      RECONCILER: objects.reconciler,
      SIMULATED_PROVIDER: objects.provider,
    },
    notifications: { DISPATCHER: objects.dispatcher, TEMPLATES: emptyKv },
  }
  for (const worker of names()) {
    Object.assign(envs[worker], shared, { SERVICE: worker, DB: d1[worker] }, own[worker])
  }
  return { d1, queues, objects, envs }
}

function queuePair(platform: Platform, worker: Subscriber, env: object) {
  const name = `kiosk-${worker}`
  const { scheduler, clock, faults, random } = platform
  const consume = (batch: Batch) => WORKERS[worker].default.queue(batch as never, env as never)
  const parts = { scheduler, clock, faults, random, consume }
  const deadLetters = new MemoryQueue({
    ...parts,
    name: `${name}-dlq`,
    retriesMax: DEAD_LETTER_RETRIES_MAX,
    retryDelayMs: DEAD_LETTER_RETRY_DELAY_MS,
    deadLetters: null,
  })
  const limits = { retriesMax: RETRIES_MAX, retryDelayMs: RETRY_DELAY_MS }
  return { queue: new MemoryQueue({ ...parts, ...limits, name, deadLetters }), deadLetters }
}

/** The bank refuses some refunds, for a reason of its own, and remembers that it did. */
function bankMood({ faults }: Platform): Pick<Binding, 'before'> {
  const outcome = JSON.stringify({ status: 'refused', failureCode: 'balance_too_low' })
  return {
    before: ({ sql }, method, [key, amountMinor]) => {
      if (method !== 'refund' || !faults.strikes('refund_refused')) return
      const insert = 'INSERT OR IGNORE INTO refunds (key, amount_minor, outcome) VALUES (?, ?, ?)'
      sql.exec(insert, key, amountMinor, outcome)
    },
  }
}

const context = { waitUntil: (work: Promise<unknown>) => void work.catch(() => undefined) }

/** A KV namespace that nobody has written to. */
const emptyKv = {
  get: async (keys: string | string[]) =>
    Array.isArray(keys) ? new Map(keys.map((key) => [key, null])) : null,
  put: async () => undefined,
}

function names(): WorkerName[] {
  return Object.keys(WORKERS) as WorkerName[]
}

function mapWorkers<T>(make: (worker: WorkerName) => T): Record<WorkerName, T> {
  return Object.fromEntries(names().map((name) => [name, make(name)])) as Record<WorkerName, T>
}
