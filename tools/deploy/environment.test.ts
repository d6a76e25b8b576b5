import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { unstable_readConfig } from 'wrangler'
import { ENVIRONMENTS } from '../wiring/fault-rules.ts'
import { readWorkers } from '../wiring/workers.ts'
import { deployable, named, resourcesOf } from './environment.ts'

const workers = readWorkers()

function configsOf(environment: (typeof ENVIRONMENTS)[number]) {
  const { databases, namespaces } = resourcesOf(workers, environment)
  const ids = {
    databases: new Map(databases.map((name) => [name, `id-of-${name}`])),
    namespaces: new Map(namespaces.map((name) => [name, `id-of-${name}`])),
  }
  return workers.map((worker) => deployable(worker, environment, ids))
}

describe.each(ENVIRONMENTS)('the configuration of %s', (environment) => {
  it('is one that wrangler finds no fault with', () => {
    const folder = mkdtempSync(join(tmpdir(), 'kiosk-environment-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    for (const config of configsOf(environment)) {
      const file = join(folder, `${config.name}.json`)
      writeFileSync(file, JSON.stringify(config))
      expect(unstable_readConfig({ config: file }).name).toBe(config.name)
    }
  })

  it('has every binding of the wrangler.toml, each with an id', () => {
    for (const [index, config] of configsOf(environment).entries()) {
      const top = workers[index]?.config
      const count = (of: typeof top) => ({
        services: of?.services?.length ?? 0,
        databases: of?.d1_databases?.length ?? 0,
        namespaces: of?.kv_namespaces?.length ?? 0,
        producers: of?.queues?.producers?.length ?? 0,
        consumers: of?.queues?.consumers?.length ?? 0,
        limits: of?.ratelimits?.length ?? 0,
        objects: of?.durable_objects?.bindings?.length ?? 0,
      })
      expect(count(config)).toEqual(count(top))
      expect(config.d1_databases?.map((one) => one.database_id)).not.toContain('')
      expect(config.kv_namespaces?.map((one) => one.id)).not.toContain('')
    }
  })

  it('names nothing of another environment, nor of the development shop', () => {
    const [other = ''] = ENVIRONMENTS.filter((name) => name !== environment)
    const text = JSON.stringify(configsOf(environment))
    expect(text).not.toContain(`-${other}`)
    const names = [...text.matchAll(/"(?:id-of-)?(kiosk-[a-z-]+)"/g)].map(([, name]) => name)
    expect(names.filter((name) => !name?.includes(`-${environment}`))).toEqual([])
  })
})

it('counts the requests of each environment by itself', () => {
  const numbers = ENVIRONMENTS.flatMap((environment) =>
    configsOf(environment).flatMap(({ ratelimits = [] }) =>
      ratelimits.map((one) => one.namespace_id),
    ),
  )
  expect(new Set(numbers).size).toBe(numbers.length)
})

it('lets a dead-letter queue keep the end by which the consumer knows it', () => {
  expect(named('kiosk-orders-dlq', 'staging')).toBe('kiosk-orders-staging-dlq')
})
