import { convertV4MiniflareOptions } from 'miniflare'
import { expect, test } from 'vitest'
import { databaseOptions, miniflareOptions } from './options.ts'
import type { WorkerFile } from './worker-file.ts'

const WORKER: WorkerFile = {
  name: 'kiosk-orders',
  service: 'orders',
  isPublic: false,
  options: {
    compatibilityDate: '2026-10-20',
    bindings: { SERVICE: 'orders', LIMIT: 'low' },
    d1Databases: { DB: { id: 'kiosk-orders' } },
    durableObjects: { RELAY: { className: 'OutboxRelay', useSQLite: true } },
  },
  listens: [
    { entrypoint: 'default', port: 8788 },
    { entrypoint: 'OrdersRpc', port: 8789 },
  ],
  calls: { CATALOG_RPC: { host: 'kiosk-catalog', port: 8790 } },
  sends: { QUEUE_PAYMENTS: 'kiosk-payments' },
  consumes: [],
  crons: [],
  migrations: [],
  development: {},
}
const AROUND = {
  folder: import.meta.dirname,
  state: '/data',
  queueSocket: '/run/queues.sock',
  values: { LIMIT: 'high', SECRET: 'hush' },
}

function workerOf(worker: WorkerFile) {
  const { workers } = miniflareOptions(worker, AROUND) as { workers: Record<string, unknown>[] }
  return workers[0]
}

test('calls other Workers where their containers listen', () => {
  expect(workerOf(WORKER)).toMatchObject({
    serviceBindings: { CATALOG_RPC: { external: { address: 'kiosk-catalog:8790', http: {} } } },
  })
})

test('listens for other containers, an entrypoint on each port', () => {
  expect(workerOf(WORKER)?.['unsafeDirectSockets']).toEqual([
    { host: '0.0.0.0', port: 8788, entrypoint: 'default' },
    { host: '0.0.0.0', port: 8789, entrypoint: 'OrdersRpc' },
  ])
})

test('lets what is public be reached by its guarded way in only', () => {
  const worker = workerOf({ ...WORKER, isPublic: true })
  expect(worker?.['unsafeDirectSockets']).toMatchObject([{ host: '127.0.0.1' }, {}])
})

test('gives variables and secrets over those of wrangler.toml', () => {
  expect(workerOf(WORKER)).toMatchObject({
    bindings: { SERVICE: 'orders', LIMIT: 'high', SECRET: 'hush' },
  })
})

test('keeps its state where it outlives the container, and asks nobody outside', () => {
  expect(miniflareOptions(WORKER, AROUND)).toMatchObject({
    resourcePersistencePath: '/data/v3',
    cf: false,
    host: '127.0.0.1',
  })
})

test('opens the databases for migrations without anything that could use them', () => {
  const { workers } = databaseOptions(WORKER, AROUND) as { workers: Record<string, unknown>[] }
  expect(workers[0]).toMatchObject({ name: 'kiosk-orders', d1Databases: { DB: {} } })
  expect(workers[0]).not.toHaveProperty('durableObjects')
  expect(workers[0]).not.toHaveProperty('unsafeDirectSockets')
})

test('is understood by Miniflare', () => {
  expect(() => convertV4MiniflareOptions(databaseOptions(WORKER, AROUND))).not.toThrow()
})
