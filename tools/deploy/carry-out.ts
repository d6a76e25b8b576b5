import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../build.ts'
import type { StepView } from '../step.ts'
import type { WorkerConfig, WorkerSource } from '../wiring/workers.ts'
import type { Account } from './account.ts'
import { deployable, type Ids } from './environment.ts'
import { configOf, type Pass } from './order.ts'
import { type Holdings, KINDS, type Plan } from './plan.ts'
import { withSecretsFile, type Wrangler } from './wrangler.ts'

/** What Workers are deployed with. */
export interface Equipment {
  readonly workers: readonly WorkerSource[]
  readonly wrangler: Wrangler
  /** Where configurations are written for wrangler. */
  readonly folder: string
  readonly progress: StepView['progress']
}

/** Creates what is missing and returns the ids of everything. */
export async function createResources(
  plan: Plan,
  holdings: Holdings,
  account: Account,
  location: string | undefined,
): Promise<{ ids: Ids; created: string[] }> {
  const ids = {
    databases: new Map(holdings.databases),
    namespaces: new Map(holdings.namespaces),
    queues: new Map(holdings.queues),
  }
  const created: string[] = []
  for (const kind of KINDS) {
    for (const name of plan.toCreate[kind]) {
      ids[kind].set(name, await account.create(kind, name, location))
      created.push(`${kind.slice(0, -1)} ${name}`)
    }
  }
  return { ids, created }
}

/** Applies the migrations of every database and returns the names of those applied. */
export async function applyMigrations(
  { workers, wrangler, folder, progress }: Equipment,
  { environment }: Plan,
  ids: Ids,
): Promise<string[]> {
  const applied: string[] = []
  for (const worker of workers) {
    const config = deployable(worker, environment, ids)
    for (const { database_name: database = '' } of config.d1_databases ?? []) {
      progress(database)
      const file = writeConfig(config, join(folder, worker.worker))
      const target = [database, '--remote', `--config=${file}`]
      const output = await wrangler(['d1', 'migrations', 'apply', ...target])
      // The table of migrations is printed again as each of them succeeds.
      const rows = [...output.matchAll(/(\d{4}_\w+\.sql)\s*│\s*✅/g)].map(([, name]) => name)
      applied.push(...new Set(rows.map((name) => `${database} ${name}`)))
    }
  }
  return applied
}

/** Deploys every Worker, each with the secrets it lacks, and returns what was deployed. */
export async function deployWorkers(equipment: Equipment, plan: Plan, ids: Ids): Promise<string[]> {
  const { wrangler, progress } = equipment
  const message = `--message=${revision()}`
  const deployed: string[] = []
  for (const pass of plan.passes) {
    progress(pass.worker)
    const { worker, file } = prepare(equipment, plan, ids, pass)
    const secrets = plan.secrets.toSet.filter((secret) => secret.worker === worker)
    const values = Object.fromEntries(secrets.map(({ name, value }) => [name, value]))
    const output = await withSecretsFile(values, (secretsFile) =>
      wrangler(['deploy', `--config=${file}`, message, ...secretsFile]),
    )
    const version = /Version ID: (\S+)/.exec(output)?.[1] ?? 'deployed'
    deployed.push(`${pass.worker} ${version}${pass.without.length > 0 ? ' (first pass)' : ''}`)
  }
  return deployed
}

/** Bundles every Worker as it would be uploaded, and returns its size. */
export async function bundleWorkers(equipment: Equipment, plan: Plan, ids: Ids): Promise<string[]> {
  const { wrangler, progress } = equipment
  const sizes: string[] = []
  for (const pass of plan.passes) {
    progress(pass.worker)
    const { file } = prepare(equipment, plan, ids, pass)
    const output = await wrangler(['deploy', '--dry-run', `--config=${file}`])
    sizes.push(`${pass.worker} ${/gzip: (.+)/.exec(output)?.[1] ?? '?'}`)
  }
  return sizes
}

function prepare({ workers, folder }: Equipment, { environment }: Plan, ids: Ids, pass: Pass) {
  for (const source of workers) {
    const config = deployable(source, environment, ids)
    if (config.name !== pass.worker) continue
    const file = writeConfig(configOf(config, pass), join(folder, source.worker))
    return { worker: source.worker, file }
  }
  throw new Error(`${pass.worker} is no Worker`)
}

function writeConfig(config: WorkerConfig, folder: string): string {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'wrangler.json')
  writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`)
  return file
}

/** What the dashboard and `wrangler deployments list` show beside a version. */
function revision(): string {
  try {
    const args = ['describe', '--always', '--tags', '--dirty']
    return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' }).trim()
  } catch {
    return 'not from a git checkout'
  }
}
