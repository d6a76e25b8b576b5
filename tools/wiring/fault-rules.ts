import type { WorkerConfig, WorkerSource } from './workers.ts'

export const ENVIRONMENTS = ['staging', 'production'] as const
export type Environment = (typeof ENVIRONMENTS)[number]

/** Service bindings that lead nowhere, and objects that no module exports. */
export function bindingFaults(workers: readonly WorkerSource[]): string[] {
  return workers.flatMap(({ worker, config, exports }) => [
    ...(config.services ?? []).flatMap(({ binding, service, entrypoint }) => {
      const target = workers.find((other) => other.config.name === service)
      if (target === undefined) return [`${worker}: ${binding} names no Worker: ${service}`]
      if (entrypoint === undefined || target.exports.includes(entrypoint)) return []
      return [`${worker}: ${binding} names no entrypoint of ${service}: ${entrypoint}`]
    }),
    ...(config.durable_objects?.bindings ?? [])
      .filter(({ class_name, script_name }) => !script_name && !exports.includes(class_name))
      .map(({ name, class_name }) => `${worker}: ${name} names no class it exports: ${class_name}`),
  ])
}

/** Workers that the public could reach past the gateway. */
export function publicFaults(workers: readonly WorkerSource[]): string[] {
  const inner = workers.filter(({ worker }) => worker !== 'gateway')
  return inner.flatMap(({ worker, config }) => {
    const isOpen = [config, ...Object.values(config.env ?? {})].some(
      ({ routes, route, workers_dev: workersDev }) => routes || route || workersDev === true,
    )
    const isClosed = config.workers_dev === false && !isOpen
    return isClosed ? [] : [`${worker}: only the gateway may have an address`]
  })
}

export function dateFaults(workers: readonly WorkerSource[]): string[] {
  const dates = new Set(workers.map(({ config }) => config.compatibility_date))
  if (dates.size < 2) return []
  return workers.map(({ worker, config }) => {
    return `${worker}: compatibility dates differ; this one is ${config.compatibility_date}`
  })
}

/**
 * What an environment may say differently. Bindings are not among it: they come from the top of the
 * file, so no environment can lack one.
 */
const OVERRIDES = new Set([
  'build',
  'limits',
  'observability',
  'placement',
  'routes',
  'triggers',
  'vars',
  'workers_dev',
])

/** Environments that are missing, say what they may not, or say different things from one another. */
export function environmentFaults(workers: readonly WorkerSource[]): string[] {
  return workers.flatMap(({ worker, config }) => {
    const given = Object.keys(config.env ?? {})
    return [
      ...ENVIRONMENTS.filter((name) => !given.includes(name)).map(
        (name) => `${worker}: there is no [env.${name}]`,
      ),
      ...given
        .filter((name) => !ENVIRONMENTS.some((known) => known === name))
        .map((name) => `${worker}: nothing deploys [env.${name}]`),
      ...given.flatMap((name) => overrideFaults(worker, name, config.env?.[name] ?? {})),
      ...varFaults(worker, config),
    ]
  })
}

function overrideFaults(worker: string, name: string, overrides: object): string[] {
  const foreign = Object.keys(overrides).filter((key) => !OVERRIDES.has(key))
  const command: unknown = Reflect.get(overrides, 'build')?.command
  const isGuarded = typeof command === 'string' && command.endsWith('&& exit 1')
  return [
    ...foreign.map((key) => `${worker}: [env.${name}] sets ${key}, which belongs to the top`),
    ...(isGuarded ? [] : [`${worker}: wrangler alone would deploy [env.${name}] without bindings`]),
  ]
}

/** A variable that only one environment sets is one that somebody forgot in the other. */
function varFaults(worker: string, config: WorkerConfig): string[] {
  const varsOf = (name: string) => Object.keys(config.env?.[name]?.vars ?? {})
  const all = new Set(ENVIRONMENTS.flatMap(varsOf))
  return ENVIRONMENTS.flatMap((name) =>
    [...all]
      .filter((key) => !varsOf(name).includes(key))
      .map((key) => `${worker}: the other environment sets ${key}, [env.${name}] does not`),
  )
}

/** What `tools/deploy` knows to name, number or carry over for an environment. */
const KNOWN_SETTINGS = new Set([
  'assets',
  'compatibility_date',
  'd1_databases',
  'durable_objects',
  'env',
  'kv_namespaces',
  'main',
  'migrations',
  'name',
  'queues',
  'ratelimits',
  'send_email',
  'services',
  ...OVERRIDES,
])

export function knownSettingFaults(workers: readonly WorkerSource[]): string[] {
  return workers.flatMap(({ worker, config }) =>
    Object.keys(config)
      .filter((key) => !KNOWN_SETTINGS.has(key))
      .map((key) => `${worker}: tools/deploy/environment.ts does not know what to do with ${key}`),
  )
}
