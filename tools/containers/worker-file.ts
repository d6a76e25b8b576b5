import { dirname, resolve } from 'node:path'
import { readD1Migrations } from '@cloudflare/vitest-plugin'
import {
  INTERNAL_PORT,
  type Callee,
  type Entrypoint,
  type Migrations,
  type PackedOptions,
  type QueueConsumer,
  type WorkerFile,
} from '@kiosk/runner/worker-file'
import {
  unstable_getMiniflareWorkerOptions as readOptions,
  unstable_readConfig as readConfig,
  type Unstable_Config as Config,
  type Unstable_MiniflareWorkerOptions,
} from 'wrangler'
import { workerConfig, WORKERS, type WorkerName } from '../build.ts'
import { ADMIN_EMAIL, DEVELOPMENT_PASSWORD } from '../seed/accounts.ts'

type Options = Unstable_MiniflareWorkerOptions['workerOptions']

/** What a shop for development is given when nobody gives it: as `pnpm start` does. */
const DEVELOPMENT: Partial<Record<WorkerName, Readonly<Record<string, string>>>> = {
  // Everybody comes from the same address: the one of the machine that the containers run on.
  gateway: { RATE_LIMITS: 'off' },
  users: { ADMIN_EMAIL, ADMIN_PASSWORD: DEVELOPMENT_PASSWORD, SCRYPT_COST: '4096' },
}

/** Where a Worker's assets are beside its bundle. */
export const ASSETS = 'assets'

/** All that the runner has to know of a Worker, from its wrangler.toml and those that bind it. */
export async function workerFileOf(worker: WorkerName): Promise<WorkerFile> {
  const configs = new Map(WORKERS.map((name) => [name, readConfig({ config: workerConfig(name) })]))
  const config = configOf(configs, worker)
  const { workerOptions } = readOptions(workerConfig(worker))
  return {
    name: nameOf(config),
    service: worker,
    isPublic: config.workers_dev === true,
    options: packed(workerOptions, Object.keys(config.vars)),
    listens: entrypointsOf(nameOf(config), [...configs.values()]),
    calls: calleesOf(config, [...configs.values()]),
    sends: Object.fromEntries(
      config.queues.producers?.map(({ binding, queue }) => [binding, queue ?? '']) ?? [],
    ),
    consumes: config.queues.consumers?.map(consumerOf) ?? [],
    crons: config.triggers.crons ?? [],
    migrations: await migrationsOf(config),
    development: DEVELOPMENT[worker] ?? {},
  }
}

function configOf(configs: ReadonlyMap<WorkerName, Config>, worker: WorkerName): Config {
  const config = configs.get(worker)
  if (config === undefined) throw new Error(`there is no Worker ${worker}`)
  return config
}

function nameOf({ name }: Config): string {
  if (name === undefined) throw new Error('a wrangler.toml has no name')
  return name
}

/** What is given over to Miniflare as it is. */
const KEPT = new Set([
  'compatibilityDate',
  'compatibilityFlags',
  'bindings',
  'kvNamespaces',
  'd1Databases',
  'durableObjects',
  'ratelimits',
  'email',
  'assets',
])
/** What leads out of the container, which is the runner's part; and what is about building. */
const DONE_ELSEWHERE = new Set([
  'serviceBindings',
  'queueProducers',
  'queueConsumers',
  'cronTriggers',
  'rootPath',
  'modulesRules',
])

/** @throws when a Worker has what containers cannot give it: better now than at the first request. */
function packed(options: Options, vars: readonly string[]): PackedOptions {
  const given = Object.entries(options).filter(([, value]) => !isEmpty(value))
  const unknown = given.filter(([name]) => !KEPT.has(name) && !DONE_ELSEWHERE.has(name))
  if (unknown.length > 0) {
    throw new Error(`containers cannot give a Worker ${unknown.map(([name]) => name).join(', ')}`)
  }
  const foreign = Object.values(options.durableObjects ?? {}).find(
    (object) => typeof object !== 'string' && object.scriptName !== undefined,
  )
  if (foreign !== undefined) throw new Error('a Durable Object of another Worker cannot be bound')
  const kept = Object.fromEntries(given.filter(([name]) => KEPT.has(name))) as PackedOptions
  // Whoever builds an image may have secrets of their own in a .dev.vars: they stay out of it.
  const bindings = Object.entries(kept.bindings ?? {}).filter(([name]) => vars.includes(name))
  return {
    ...kept,
    bindings: Object.fromEntries(bindings),
    ...(kept.assets && { assets: { ...kept.assets, directory: ASSETS } }),
  }
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return true
  return typeof value === 'object' && Object.values(value).every(isEmpty)
}

/** The entrypoints that somebody binds; the same list for who listens and for who calls. */
function entrypointsOf(service: string, configs: readonly Config[]): Entrypoint[] {
  const bound = configs
    .flatMap(({ services = [] }) => services)
    .filter((binding) => binding.service === service)
    .map(({ entrypoint }) => entrypoint ?? DEFAULT)
    .filter((entrypoint) => entrypoint !== DEFAULT)
  // The default one is there even if nobody binds it: the health of a container is its health.
  return [DEFAULT, ...[...new Set(bound)].toSorted()].map((entrypoint, index) => ({
    entrypoint,
    port: INTERNAL_PORT + index,
  }))
}
const DEFAULT = 'default'

function calleesOf({ services = [] }: Config, configs: readonly Config[]): Record<string, Callee> {
  return Object.fromEntries(
    services.map(({ binding, service, entrypoint = DEFAULT }) => {
      const found = entrypointsOf(service, configs).find((known) => known.entrypoint === entrypoint)
      if (found === undefined) throw new Error(`${service} has no entrypoint ${entrypoint}`)
      return [binding, { host: service, port: found.port }]
    }),
  )
}

type Consumer = NonNullable<Config['queues']['consumers']>[number]

/** With what Cloudflare takes for what is not said. */
function consumerOf(consumer: Consumer): QueueConsumer {
  return {
    queue: consumer.queue,
    maxBatchSize: consumer.max_batch_size ?? 10,
    maxBatchTimeoutSeconds: consumer.max_batch_timeout ?? 5,
    maxRetries: consumer.max_retries ?? 3,
    retryDelaySeconds: consumer.retry_delay ?? 0,
    deadLetterQueue: consumer.dead_letter_queue ?? null,
  }
}

async function migrationsOf(config: Config): Promise<Migrations[]> {
  const folder = dirname(config.configPath ?? '')
  return await Promise.all(
    config.d1_databases.map(async ({ binding, migrations_dir: migrations = 'migrations' }) => {
      const files = await readD1Migrations(resolve(folder, migrations))
      return { binding, files: files.map(({ name, queries }) => ({ name, statements: queries })) }
    }),
  )
}
