import { type WorkerName, WORKERS } from '../build.ts'
import type { Environment } from '../wiring/fault-rules.ts'
import type { WorkerSource } from '../wiring/workers.ts'
import type { Account, Kind } from './account.ts'
import { deployable, type Ids, named, resourcesOf } from './environment.ts'
import type { Options } from './options.ts'
import { deployOrder, type Pass } from './order.ts'
import { planSecrets, type SecretPlan } from './secrets.ts'

export const KINDS = ['databases', 'namespaces', 'queues'] as const satisfies readonly Kind[]

/** What an account has. */
export interface Holdings {
  readonly databases: ReadonlyMap<string, string>
  readonly namespaces: ReadonlyMap<string, string>
  readonly queues: ReadonlyMap<string, string>
  readonly workers: ReadonlySet<string>
  /** The names of the secrets of each Worker of the shop. */
  readonly secrets: ReadonlyMap<WorkerName, ReadonlySet<string>>
}

/** As of an account with nothing in it; also what a plan without an account assumes. */
export const NOTHING: Holdings = {
  databases: new Map(),
  namespaces: new Map(),
  queues: new Map(),
  workers: new Set(),
  secrets: new Map(),
}

export interface Plan {
  readonly environment: Environment
  /** Everything the environment needs. */
  readonly needed: Readonly<Record<Kind, readonly string[]>>
  /** What of it does not exist yet. */
  readonly toCreate: Readonly<Record<Kind, readonly string[]>>
  readonly secrets: SecretPlan
  readonly passes: readonly Pass[]
}

export async function readHoldings(account: Account, environment: Environment): Promise<Holdings> {
  const [databases, namespaces, queues, workers] = await Promise.all([
    account.list('databases'),
    account.list('namespaces'),
    account.list('queues'),
    account.workers(),
  ])
  const deployed = WORKERS.filter((worker) => workers.has(scriptOf(worker, environment)))
  const secrets = await Promise.all(
    deployed.map(async (worker) => {
      return [worker, await account.secretsOf(scriptOf(worker, environment))] as const
    }),
  )
  return { databases, namespaces, queues, workers, secrets: new Map(secrets) }
}

export function makePlan(
  workers: readonly WorkerSource[],
  { environment, given, replaced }: Options,
  holdings: Holdings,
): Plan {
  const needed = resourcesOf(workers, environment)
  const absent = (kind: Kind) => needed[kind].filter((name) => !holdings[kind].has(name))
  const configs = workers.map((worker) => deployable(worker, environment, holdings))
  return {
    environment,
    needed,
    toCreate: {
      databases: absent('databases'),
      namespaces: absent('namespaces'),
      queues: absent('queues'),
    },
    secrets: planSecrets(given, (worker) => holdings.secrets.get(worker) ?? new Set(), replaced),
    passes: deployOrder(configs, holdings.workers),
  }
}

/** Ids for a plan that is only shown: those of databases that may not exist. */
export function placeholderIds({ needed }: Plan): Ids {
  const idsOf = (names: readonly string[]) => new Map(names.map((name) => [name, `id-of-${name}`]))
  return { databases: idsOf(needed.databases), namespaces: idsOf(needed.namespaces) }
}

function scriptOf(worker: WorkerName, environment: Environment): string {
  return named(`kiosk-${worker}`, environment)
}

/** The plan for people. */
export function describePlan(plan: Plan): string[] {
  const created = KINDS.map((kind) => {
    const names = plan.toCreate[kind]
    const kept = plan.needed[kind].length - names.length
    const there = kept > 0 ? ` (${kept} are there)` : ''
    return `${kind}: create ${names.length}${there}${listOf(names)}`
  })
  const { toSet, missing } = plan.secrets
  const secrets = [
    ...toSet.map(({ worker, name, origin }) => `${name} of ${worker} (${origin})`),
    ...missing.map((secret) => `${secret} (still to be given)`),
  ]
  const passes = plan.passes.map(({ worker, without }) =>
    without.length === 0 ? worker : `${worker} (first without ${without.join(', ')})`,
  )
  return [
    ...created,
    `migrations: apply what is pending in ${plan.needed.databases.length} databases`,
    `secrets: set ${secrets.length}${listOf(secrets)}`,
    `Workers: deploy in this order${listOf(passes)}`,
    'smoke test: /healthz, /readyz, /openapi.json, development accounts',
  ]
}

function listOf(items: readonly string[]): string {
  return items.map((item) => `\n    ${item}`).join('')
}
