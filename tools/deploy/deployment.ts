import { join } from 'node:path'
import { ROOT } from '../build.ts'
import { step, type StepView } from '../step.ts'
import type { WorkerSource } from '../wiring/workers.ts'
import { Account } from './account.ts'
import {
  applyMigrations,
  bundleWorkers,
  createResources,
  deployWorkers,
  type Equipment,
} from './carry-out.ts'
import { DeployError } from './deploy-error.ts'
import { deployable } from './environment.ts'
import { gatewayUrl } from './gateway-url.ts'
import type { Options } from './options.ts'
import { describePlan, makePlan, NOTHING, placeholderIds, readHoldings } from './plan.ts'
import { smokeTest } from './smoke.ts'
import { wranglerFor } from './wrangler.ts'

/** What a deployment goes through the outside world with; tests have their own. */
export interface Means {
  readonly step: typeof step
  readonly wranglerFor: typeof wranglerFor
  readonly smokeTest: typeof smokeTest
  /** Under which wrangler gets its configurations, a folder for each environment. */
  readonly folder: string
}

const MEANS: Means = { step, wranglerFor, smokeTest, folder: join(ROOT, 'dist/deploy') }
/** Of its own: ids of a rehearsal lead nowhere, and those of a deployment are used again. */
const REHEARSAL: Means = { ...MEANS, folder: join(ROOT, 'dist/rehearsal') }

/**
 * Makes an environment what the repository says, and returns what was done. Every step leaves alone what
 * is done already, so a deployment that stopped is simply run again.
 */
export async function deploy(
  workers: readonly WorkerSource[],
  options: Options,
  { step: play, wranglerFor: wranglerWith, smokeTest: smoke, ...means }: Means = MEANS,
): Promise<string[]> {
  const { environment, credentials, location } = options
  if (credentials === null) throw new Error('options without credentials are those of a dry run')
  const account = new Account(credentials)
  const wrangler = wranglerWith(credentials)
  const folder = join(means.folder, environment)
  const equipment = ({ progress }: StepView): Equipment => ({ workers, wrangler, folder, progress })

  const { holdings, plan } = await play('Plan', async ({ say }) => {
    const found = await readHoldings(account, environment)
    const made = makePlan(workers, options, found)
    refuseMissing(made.secrets.missing, environment)
    say(`${Object.values(made.toCreate).flat().length} resources to create`)
    return { holdings: found, plan: made }
  })
  const { ids, created } = await play('Resources', async ({ say }) => {
    const result = await createResources(plan, holdings, account, location)
    say(`${result.created.length} created`)
    return result
  })
  const migrated = await play('Migrations', async (view) => {
    const applied = await applyMigrations(equipment(view), plan, ids)
    view.say(`${applied.length} applied`)
    return applied
  })
  const deployed = await play('Workers', async (view) => {
    const done = await deployWorkers(equipment(view), plan, ids)
    view.say(`${done.length} deployed`)
    return done
  })
  const seen = await play('Smoke test', async ({ say }) => {
    const gateway = workers.find(({ worker }) => worker === 'gateway')
    if (gateway === undefined) throw new Error('the gateway is a Worker')
    const url = options.url ?? (await gatewayUrl(deployable(gateway, environment, ids), account))
    say(url)
    return smoke(url)
  })
  return [
    ...created.map((name) => `created ${name}`),
    ...migrated.map((name) => `migrated ${name}`),
    ...plan.secrets.toSet.map(({ name, worker, origin }) => `set ${name} of ${worker} (${origin})`),
    ...deployed.map((name) => `deployed ${name}`),
    ...seen.map((sight) => `seen ${sight}`),
  ]
}

/** What `deploy` would do, as far as it can be known, and every Worker bundled. Changes nothing. */
export async function rehearse(
  workers: readonly WorkerSource[],
  options: Options,
  { step: play, wranglerFor: wranglerWith, ...means }: Means = REHEARSAL,
): Promise<string[]> {
  const { environment, credentials } = options
  const plan = await play('Plan', async ({ say }) => {
    if (credentials === null) say('as for an empty account, because none is named')
    const holdings = credentials
      ? await readHoldings(new Account(credentials), environment)
      : NOTHING
    return makePlan(workers, options, holdings)
  })
  const sizes = await play('Bundles', ({ progress }) => {
    const folder = join(means.folder, environment)
    const equipment: Equipment = { workers, wrangler: wranglerWith(null), folder, progress }
    return bundleWorkers(equipment, plan, placeholderIds(plan))
  })
  return [
    ...describePlan(plan),
    'bundles, compressed:',
    ...sizes.map((size) => `    ${size}`),
    'Nothing was changed.',
  ]
}

function refuseMissing(missing: readonly string[], environment: string): void {
  if (missing.length === 0) return
  const list = missing.map((secret) => `\n  ${secret}`).join('')
  throw new DeployError(
    `Give these secrets, as variables or in .env.${environment}, which git ignores:${list}`,
  )
}
