import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { INTERNAL_PORT } from '@kiosk/runner/worker-file'
import { expect, test } from 'vitest'
import { ROOT, WORKERS } from '../build.ts'
import { readWorkers } from '../wiring/workers.ts'
import { workerFileOf } from './worker-file.ts'

test.each(WORKERS)('packs every binding of %s, whichever kind it is', async (worker) => {
  const file = await workerFileOf(worker)
  const config = readWorkers().find((source) => source.worker === worker)?.config
  const written = [
    ...Object.keys(config?.vars ?? {}),
    ...(config?.services ?? []).map(({ binding }) => binding),
    ...(config?.queues?.producers ?? []).map(({ binding }) => binding),
    ...(config?.d1_databases ?? []).map(({ binding }) => binding),
    ...(config?.kv_namespaces ?? []).map(({ binding }) => binding),
    ...(config?.durable_objects?.bindings ?? []).map(({ name }) => name),
    ...(config?.ratelimits ?? []).map(({ name }) => name),
    ...(config?.send_email ?? []).map(({ name }) => name),
    ...(config?.assets?.binding === undefined ? [] : [config.assets.binding]),
  ]
  const { options, calls, sends } = file
  const packed = [
    ...[options.bindings, calls, sends, options.d1Databases].flatMap(namesOf),
    ...[options.kvNamespaces, options.durableObjects, options.ratelimits].flatMap(namesOf),
    ...(options.email?.send_email ?? []).map(({ name }) => name),
    ...(options.assets?.binding === undefined ? [] : [options.assets.binding]),
  ]
  expect(packed.toSorted()).toEqual(written.toSorted())
})

test('gives who calls the port on which the other listens for that entrypoint', async () => {
  const files = await Promise.all(WORKERS.map(workerFileOf))
  const orders = files.find(({ service }) => service === 'orders')
  const inventory = files.find(({ service }) => service === 'inventory')
  const listening = inventory?.listens.find(({ entrypoint }) => entrypoint === 'InventoryRpc')
  expect(orders?.calls['INVENTORY_RPC']).toEqual({
    host: 'kiosk-inventory',
    port: listening?.port,
  })
  expect(inventory?.listens[0]).toEqual({ entrypoint: 'default', port: INTERNAL_PORT })
})

test('packs every migration, in the order of their names', async () => {
  const { migrations } = await workerFileOf('orders')
  const names = migrations.flatMap(({ files }) => files.map(({ name }) => name))
  expect(names).toEqual(readdirSync(join(ROOT, 'migrations/orders')).toSorted())
})

test('packs no secret of whoever builds the image', async () => {
  const { options } = await workerFileOf('users')
  expect(Object.keys(options.bindings ?? {})).toEqual(['SERVICE'])
})

test('says what is public, and what hears which queue and when', async () => {
  expect(await workerFileOf('gateway')).toMatchObject({ isPublic: true, consumes: [] })
  const orders = await workerFileOf('orders')
  expect(orders).toMatchObject({ isPublic: false, crons: ['* * * * *'] })
  expect(orders.consumes).toContainEqual({
    queue: 'kiosk-orders',
    maxBatchSize: 25,
    maxBatchTimeoutSeconds: 0,
    maxRetries: 8,
    retryDelaySeconds: 1,
    deadLetterQueue: 'kiosk-orders-dlq',
  })
})

function namesOf(bindings: object | undefined): string[] {
  return Object.keys(bindings ?? {})
}
