import { buyFor } from '../buying.ts'
import { openClient } from '../client.ts'
import { load } from '../load.ts'
import type { Sample } from '../result.ts'
import { percentile } from '../statistics.ts'
import { nameOf, WARM_UP_SHARE } from '../subjects/orders.ts'
import { CONNECTIONS } from '../subjects/pages.ts'
import type { Page, RunningBackend } from './backend.ts'
import { memoryOfFamily } from './family.ts'
import { productsIn } from './goods.ts'

/** For how many times as long as a page: of a backend that takes seconds for each, a few say nothing. */
const ORDERS = { 32: 6, 1: 2 } as const

/** Measures all there is of a backend that runs, with the part in the name of each figure. */
export async function measureBackend(
  backend: RunningBackend,
  seconds: number,
  onTurn: (turn: string) => void,
): Promise<Sample[]> {
  const samples: Sample[] = []
  async function turn(name: string, measure: () => Promise<Sample[]>): Promise<void> {
    onTurn(name)
    await backend.settle()
    const found = await measure()
    samples.push(...found.map((sample) => ({ ...sample, metric: `${name}: ${sample.metric}` })))
  }
  const memory = () => Promise.resolve(memorySamples(backend))
  await turn('memory, started', memory)
  for (const [name, page] of Object.entries(backend.pages)) {
    await turn(name, () => measurePage(backend, page, seconds))
  }
  for (const inFlight of [32, 1] as const) {
    await turn(nameOf(inFlight), () => measureOrders(backend, inFlight, ORDERS[inFlight] * seconds))
  }
  await turn('memory, after load', memory)
  if (backend.flash !== undefined) await turn('flash sale', backend.flash)
  return samples
}

/** Asked one after the other, before there is load: a process that has just started is slow at first. */
const FIRST_ASKED = 30

async function measurePage(
  { url, headers, settle }: RunningBackend,
  { questions, isAnew = false, products }: Page,
  seconds: number,
): Promise<Sample[]> {
  const client = openClient(url, 1)
  for (let n = 0; n < FIRST_ASKED; n++) {
    const question = questions[n % questions.length] ?? ''
    const call = typeof question === 'string' ? { path: question } : question
    const { body } = await client.send({ ...call, headers })
    // GraphQL answers 200 to whatever it refuses; a fast answer has to be an answer.
    if (productsIn(body) < products) {
      throw new Error(`${call.path} was answered ${JSON.stringify(body).slice(0, 500)}`)
    }
  }
  await client.close()
  const page = { url, headers, questions, isAnew, settle }
  const samples = await load({ ...page, connections: CONNECTIONS, seconds })
  // Each answer takes longer than it was measured: that is too short a time, and no rate of nothing.
  if (samples.some(({ metric, value }) => metric === 'rate' && value === 0)) {
    throw new Error(`${url} answered nothing within ${seconds} s; measure for more --seconds`)
  }
  return samples
}

async function measureOrders(
  backend: RunningBackend,
  inFlight: number,
  seconds: number,
): Promise<Sample[]> {
  const till = backend.openTill(inFlight)
  const buy = (ms: number) => buyFor((n) => till.buy(n), inFlight, 0, ms)
  await buy(WARM_UP_SHARE * seconds * 1000)
  await backend.settle()
  const startedAt = performance.now()
  const { all } = await buy(seconds * 1000)
  await till.close()
  const times = all.map(({ took }) => took)
  // To the last order that was begun in time: where each takes long, few would end within any window.
  const tookSeconds = (Math.max(...all.map(({ at }) => at)) - startedAt) / 1000
  return [
    { metric: 'rate', unit: 'per s', value: all.length / tookSeconds },
    { metric: 'p50', unit: 'ms', value: percentile(times, 0.5) },
    { metric: 'p95', unit: 'ms', value: percentile(times, 0.95) },
  ]
}

function memorySamples({ processes }: RunningBackend): Sample[] {
  const megabytes = memoryOfFamily(processes)
  return megabytes === null ? [] : [{ metric: 'PSS', unit: 'MB', value: megabytes }]
}
