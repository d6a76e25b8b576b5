import { styleText } from 'node:util'
import { DeployError } from './deploy/deploy-error.ts'
import { deploy, rehearse } from './deploy/deployment.ts'
import { deployable } from './deploy/environment.ts'
import { readOptions } from './deploy/options.ts'
import { NOTHING } from './deploy/plan.ts'
import { warningsOf } from './deploy/warnings.ts'
import { deliveries } from './wiring.ts'
import { findFaults } from './wiring/faults.ts'
import { readWorkers } from './wiring/workers.ts'

// pnpm deploy:staging, pnpm deploy:production: see docs/deploy.md

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env)
  const workers = readWorkers()
  const faults = findFaults(workers, deliveries())
  if (faults.length > 0) throw new DeployError(faults.join('\n'))

  const configs = workers.map((worker) => deployable(worker, options.environment, NOTHING))
  for (const warning of warningsOf(configs)) console.log(styleText('yellow', `! ${warning}`))
  const done = await (options.isDryRun ? rehearse(workers, options) : deploy(workers, options))
  console.log(`\n${done.join('\n')}`)
}

try {
  await main()
} catch (error) {
  const isExpected = error instanceof DeployError
  console.error(`\n${styleText('red', 'Stopped.')} ${isExpected ? error.message : String(error)}`)
  if (!isExpected && error instanceof Error) console.error(error.stack)
  process.exitCode = 1
}
