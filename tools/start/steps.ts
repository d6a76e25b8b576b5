import { gatewayAt, type Gateway } from '../gateway.ts'
import { ADMIN_EMAIL, DEVELOPMENT_PASSWORD, signIn } from '../seed/accounts.ts'
import { isSeeded, seed } from '../seed/seed.ts'
import type { StepView } from '../step.ts'
import { checkPort, checkRuntime } from './checks.ts'
import { readDevVars, writeDevVars } from './dev-vars.ts'
import { endLeftOvers } from './left-overs.ts'
import { migrate } from './migrate.ts'
import { sendAgain } from './republish.ts'
import { earliestInQueue, type Run } from './run-record.ts'
import { prepareScratch } from './scratch.ts'
import type { Settings } from './settings.ts'

// Where the output is a file and not a screen, one line for so many products.
const PRODUCTS_PER_LINE = 50

export async function checkMachine({ port }: Settings, run: Run, { say }: StepView): Promise<void> {
  await endLeftOvers(run.groupBefore)
  await checkPort(port)
  say(`port ${port} is free, ${await checkRuntime()} runs`)
}

export async function prepareState(settings: Settings, { say }: StepView): Promise<void> {
  const { isScratch, isSeeding } = settings
  writeDevVars(isScratch ? 'as it is' : isSeeding ? 'on' : 'off')
  if (isScratch) await prepareScratch(settings)
  const applied = await migrate(settings.state)
  say(applied.length === 0 ? 'nothing to do' : `${applied.length} migrations applied`)
}

export async function catchUp(url: string, run: Run, { say }: StepView): Promise<void> {
  if (run.lostSince === undefined) {
    say('nothing, this is the first start')
    return
  }
  const count = await sendAgain(await signInAsAdmin(gatewayAt(url)), run.lostSince)
  run.caughtUp()
  say(`${count} messages sent again${run.wasKilledBefore ? ', after a kill' : ''}`)
}

/** A new runtime has empty queues, like a shop that was started again. */
export async function catchUpAfterRestart(url: string, why: string): Promise<void> {
  const what = `${why}: the Workers were started again`
  try {
    const count = await sendAgain(await signInAsAdmin(gatewayAt(url)), earliestInQueue())
    console.log(`${what}, ${count} messages sent again.`)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    console.warn(`${what}, messages may be lost (${reason}).`)
  }
}

export async function seedShop({ url, isSeeding }: Settings, view: StepView): Promise<void> {
  const gateway = gatewayAt(url)
  if (!isSeeding) {
    view.say('off')
  } else if (await isSeeded(url)) {
    view.say('already there')
  } else {
    const count = await seed(gateway, await signInAsAdmin(gateway), (done, total) => {
      if (!process.stdout.isTTY && done % PRODUCTS_PER_LINE !== 0) return
      view.progress(`${done} of ${total} products`)
    })
    view.say(`${count} products`)
  }
}

async function signInAsAdmin(gateway: Gateway): Promise<Gateway> {
  const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = readDevVars('users')
  return await signIn(gateway, email ?? ADMIN_EMAIL, password ?? DEVELOPMENT_PASSWORD)
}
