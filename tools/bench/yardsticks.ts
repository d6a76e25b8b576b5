import { join } from 'node:path'
import type { V4WorkerOptions } from 'miniflare'
import { workerBundle } from '../build.ts'
import { workerOptions, type Vars } from '../lean/worker-options.ts'

const COMPATIBILITY_DATE = '2026-10-20'

/** Workers that every figure is held against. Each has an address of its own. */
export const YARDSTICKS = ['hello', 'hello-bound', 'hello-behind-kiosk', 'platform'] as const
export type Yardstick = (typeof YARDSTICKS)[number]

/** The yardsticks as guests in the runtime that runs Kiosk, so that all share its fate. */
export function yardsticks(vars: Vars): V4WorkerOptions[] {
  // It has no files to serve, and so needs no Workers before it that look for them.
  const { assets: _, ...gateway } = workerOptions('gateway', workerBundle('gateway'), vars)
  return [
    { ...worker('hello', 'hello.js') },
    { ...worker('hello-bound', 'gateway.js'), serviceBindings: { HELLO: 'hello' } },
    {
      ...gateway,
      name: 'hello-behind-kiosk' satisfies Yardstick,
      // Kiosk's own gateway; only what it passes requests on to is another.
      serviceBindings: { ...gateway.serviceBindings, CATALOG: 'hello' },
      unsafeDirectSockets: ADDRESS,
    },
    {
      ...worker('platform', 'platform.js'),
      d1Databases: { DB: 'bench-platform' },
      durableObjects: { COUNTER: { className: 'Counter', useSQLite: true } },
      queueProducers: { QUEUE: 'bench-platform' },
      // As the queues of Kiosk have it.
      queueConsumers: { 'bench-platform': { maxBatchSize: 25, maxBatchTimeout: 0 } },
    },
  ]
}

const ADDRESS = [{ host: '127.0.0.1', port: 0 }]

function worker(name: Yardstick, file: string) {
  return {
    name,
    modules: [{ type: 'ESModule' as const, path: join(import.meta.dirname, 'yardsticks', file) }],
    modulesRoot: join(import.meta.dirname, 'yardsticks'),
    compatibilityDate: COMPATIBILITY_DATE,
    unsafeDirectSockets: ADDRESS,
  }
}
