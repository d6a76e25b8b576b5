import { styleText } from 'node:util'
import { WORKERS } from './build.ts'
import { attend } from './start/attend.ts'
import { prepareStateFolder } from './start/checks.ts'
import { watchLaunchers } from './start/launchers.ts'
import { waitUntilReady } from './start/readiness.ts'
import { beginRun, type Run } from './start/run-record.ts'
import { readSettings, type Settings } from './start/settings.ts'
import { StartError } from './start/start-error.ts'
import {
  catchUp,
  catchUpAfterRestart,
  checkMachine,
  prepareState,
  seedShop,
} from './start/steps.ts'
import { summary } from './start/summary.ts'
import { startWorkers, type Workers } from './start/workers.ts'
import { step } from './step.ts'

// pnpm start            the whole shop on http://localhost:8787
// PORT, KIOSK_STATE     another port and another state folder, even at the same time
// KIOSK_SEED=off        an empty shop
// KIOSK_SEED=scratch    an empty shop of the Workers as they are now, whatever becomes of the sources
// KIOSK_LOGS=1          the log of the Workers on the screen, too

let run: Run | undefined
let workers: Workers | undefined
let isStopping = false

async function main(): Promise<void> {
  const settings = readSettings(process.env)
  prepareStateFolder(settings)
  const thisRun = (run = beginRun(settings.state, settings.port))

  await step('Machine', (view) => checkMachine(settings, thisRun, view))
  await step('Databases', (view) => prepareState(settings, view))
  const shop = await step('Workers', async ({ say }) => {
    const started = await startAll(settings, thisRun)
    say(`${WORKERS.length} Workers answer`)
    return started
  })
  await step('Queues', (view) => catchUp(settings.url, thisRun, view))
  await step('Seed', (view) => seedShop(settings, view))
  await step('Readiness', () => waitUntilReady(settings.url))

  console.log(summary(settings, shop.logs.workersFile, process.uptime()))
  await keepRunning(settings, thisRun, shop)
}

async function startAll(settings: Settings, thisRun: Run): Promise<Workers> {
  const started = (workers = startWorkers(settings))
  thisRun.hasWorkers(started.group)
  await started.waitUntilHealthy()
  return started
}

/** Puts the shop right when its runtime dies, for as long as wrangler lives. */
async function keepRunning(settings: Settings, thisRun: Run, first: Workers): Promise<never> {
  const { url } = settings
  const onReplaced = (why: string): void => void catchUpAfterRestart(url, why)
  for (let shop = first; ;) {
    if ((await attend(shop, url, { onReplaced })) === 'gone') {
      throw new StartError(
        `The Workers stopped by themselves. The last lines of ${shop.logs.wranglerFile}:\n\n` +
          shop.logs.tail(),
      )
    }
    console.warn('The Workers no longer answer; starting them again.')
    await shop.stop()
    shop = await startAll(settings, thisRun)
    await catchUpAfterRestart(url, 'They did not answer')
  }
}

async function stop(exitCode: number): Promise<never> {
  isStopping = true
  await workers?.stop()
  // Workers that ended by themselves left their queues behind, as after a kill.
  if (exitCode === 0) run?.end()
  process.exit(exitCode)
}

function stopOnce(): void {
  if (isStopping) return
  console.log('\nStopping; the data stays.')
  void stop(0)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stopOnce)
watchLaunchers(stopOnce)

try {
  await main()
} catch (error) {
  // Whoever stops the shop ends its Workers, which looks like a failure from here.
  if (!isStopping) {
    console.error(`\n${styleText('red', 'Kiosk is not running.')} ${messageOf(error)}`)
    await stop(1)
  }
}

function messageOf(error: unknown): string {
  if (error instanceof StartError) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
