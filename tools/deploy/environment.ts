import { join } from 'node:path'
import { ENVIRONMENTS, type Environment } from '../wiring/fault-rules.ts'
import type { WorkerConfig, WorkerSource } from '../wiring/workers.ts'

/** What a Cloudflare account knows the resources of an environment by: their ids, by name. */
export interface Ids {
  readonly databases: ReadonlyMap<string, string>
  readonly namespaces: ReadonlyMap<string, string>
}

/**
 * The name of a Worker, database, namespace or queue in an environment. A dead-letter queue still ends in
 * `-dlq`, by which `packages/kit/src/consumer.ts` knows it.
 */
export function named(name: string, environment: Environment): string {
  const base = name.replace(/-dlq$/, '')
  return `${base}-${environment}${name.slice(base.length)}`
}

/** The names of all that must exist in the account before Workers can be deployed. */
export function resourcesOf(workers: readonly WorkerSource[], environment: Environment) {
  const configs = workers.map(({ config }) => config)
  const databases = configs.flatMap((config) => config.d1_databases ?? [])
  const namespaces = configs.flatMap((config) => config.kv_namespaces ?? [])
  const queues = configs.flatMap(({ queues: { producers = [], consumers = [] } = {} }) => [
    ...producers.map(({ queue = '' }) => queue),
    ...consumers.flatMap(({ queue, dead_letter_queue: deadLetters }) => [queue, deadLetters ?? '']),
  ])
  const inEnvironment = (names: readonly string[]) =>
    [...new Set(names.filter((name) => name !== ''))].map((name) => named(name, environment)).sort()
  return {
    databases: inEnvironment(databases.map(({ database_name: name = '' }) => name)),
    namespaces: inEnvironment(namespaces.map(({ id = '' }) => id)),
    queues: inEnvironment(queues),
  }
}

/**
 * The whole configuration of a Worker in an environment, with no `[env]` left in it: the top of its
 * wrangler.toml under the environment's names and ids, and over it what `[env.<name>]` says.
 */
export function deployable(
  { folder, config }: WorkerSource,
  environment: Environment,
  ids: Ids,
): WorkerConfig {
  const { env, ...top } = config
  const { build: _, vars, ...overrides } = env?.[environment] ?? {}
  const inEnvironment = (name: string) => named(name, environment)
  const path = (file: string) => join(folder, file)
  return {
    ...top,
    ...overrides,
    name: inEnvironment(top.name ?? ''),
    main: path(top.main ?? ''),
    vars: { ...top.vars, ...vars },
    ...(top.assets && { assets: { ...top.assets, directory: path(top.assets.directory ?? '') } }),
    services: (top.services ?? []).map((binding) => ({
      ...binding,
      service: inEnvironment(binding.service),
    })),
    d1_databases: (top.d1_databases ?? []).map((binding) => {
      const name = inEnvironment(binding.database_name ?? '')
      return {
        ...binding,
        database_name: name,
        database_id: ids.databases.get(name) ?? '',
        migrations_dir: path(binding.migrations_dir ?? 'migrations'),
      }
    }),
    kv_namespaces: (top.kv_namespaces ?? []).map((binding) => ({
      ...binding,
      id: ids.namespaces.get(inEnvironment(binding.id ?? '')) ?? '',
    })),
    queues: queuesIn(top.queues, inEnvironment),
    ratelimits: (top.ratelimits ?? []).map((limit) => ({
      ...limit,
      namespace_id: counterOf(limit.namespace_id, environment),
    })),
  }
}

function queuesIn(
  { producers = [], consumers = [] }: NonNullable<WorkerConfig['queues']> = {},
  inEnvironment: (name: string) => string,
): NonNullable<WorkerConfig['queues']> {
  return {
    producers: producers.map(({ queue, ...rest }) => ({
      ...rest,
      ...(queue && { queue: inEnvironment(queue) }),
    })),
    consumers: consumers.map(({ queue, dead_letter_queue: deadLetters, ...rest }) => ({
      ...rest,
      queue: inEnvironment(queue),
      ...(deadLetters && { dead_letter_queue: inEnvironment(deadLetters) }),
    })),
  }
}

/** Counters of an account are shared by their number, which is all the name they have. */
function counterOf(number: string, environment: Environment): string {
  return `${ENVIRONMENTS.indexOf(environment) + 1}${number}`
}
