import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { V4WorkerOptions } from 'miniflare'
import { startLean, type LeanKiosk } from '../../lean/lean.ts'
import { cpuMs } from '../processes.ts'
import { summarize, type Summary } from '../statistics.ts'
import { BENCH_VARS } from '../vars.ts'

const DRIVER = 'hot-sku-driver'
const PLENTY = 1_000_000
/** What is not measured, so that code and pages are warm. */
const WARM_UP = 200

/** What is asked for over and over, and of what stock. */
export interface Task {
  readonly name: string
  readonly path: string
  readonly buckets: number
  readonly units: number
  /** How many of them answer so: anything else is a failure. */
  readonly expected: string
}

export const TASKS: readonly Task[] = [
  { name: 'a call that does nothing', path: '/call', buckets: 1, units: PLENTY, expected: 'done' },
  { name: 'object: reserve', path: '/reserve', buckets: 1, units: PLENTY, expected: 'sold' },
  {
    name: 'object: reserve, sell',
    path: '/life',
    buckets: 1,
    units: PLENTY,
    expected: 'sold',
  },
  {
    name: 'inventory: order, 1 bucket',
    path: '/orders',
    buckets: 1,
    units: PLENTY,
    expected: 'sold',
  },
  {
    name: 'inventory: order, 4 buckets',
    path: '/orders',
    buckets: 4,
    units: PLENTY,
    expected: 'sold',
  },
  {
    name: 'sold out, 1 bucket',
    path: '/holds',
    buckets: 1,
    units: 0,
    expected: 'insufficient_stock',
  },
  {
    name: 'sold out, 4 buckets',
    path: '/holds',
    buckets: 4,
    units: 0,
    expected: 'insufficient_stock',
  },
]

export interface Measured extends Task {
  readonly inFlight: number
  readonly rate: Summary
  /** Processor time of the runtime for each, microseconds; null where the system does not tell. */
  readonly cpuUs: Summary | null
}

export interface Plan {
  readonly times: number
  readonly rounds: number
  readonly inFlight: readonly number[]
}

/** Measures each task in turns, each round beginning with another; also the processor time of it all, ms. */
export async function measureHotSku(
  plan: Plan,
  say: (what: string) => void,
): Promise<{ measured: Measured[]; ownMs: number }> {
  const stateDir = mkdtempSync(join(tmpdir(), 'kiosk-hot-sku-'))
  const kiosk = await startLean({
    stateDir,
    vars: { ...BENCH_VARS, SPLIT_LEAD_MS: '1000', SPLIT_CLOCKS_MS: '0' },
    guests: [driver()],
  })
  try {
    const url = await kiosk.miniflare.unsafeGetDirectURL(DRIVER)
    const found = new Map<string, { rates: number[]; cpus: number[] }>()
    const turns = TASKS.flatMap((task) => plan.inFlight.map((inFlight) => ({ task, inFlight })))
    for (let round = 0; round < plan.rounds; round++) {
      for (let n = 0; n < turns.length; n++) {
        const turn = turns[(n + round) % turns.length]
        if (turn === undefined) continue
        const { task, inFlight } = turn
        say(`round ${round + 1} of ${plan.rounds}: ${task.name}, ${inFlight} in flight`)
        const key = keyOf(task, inFlight)
        const sums = found.get(key) ?? { rates: [], cpus: [] }
        found.set(key, sums)
        const { rate, cpuUs } = await once(kiosk, url, task, inFlight, plan.times)
        sums.rates.push(rate)
        if (cpuUs !== null) sums.cpus.push(cpuUs)
      }
    }
    const measured = turns.map(({ task, inFlight }) => {
      const { rates = [], cpus = [] } = found.get(keyOf(task, inFlight)) ?? {}
      const cpuUs = cpus.length === 0 ? null : summarize(cpus)
      return { ...task, inFlight, rate: summarize(rates), cpuUs }
    })
    const runtimeMs = kiosk.runtime === undefined ? 0 : (cpuMs(kiosk.runtime) ?? 0)
    return { measured, ownMs: runtimeMs + process.cpuUsage().user / 1000 }
  } finally {
    await kiosk.close()
    rmSync(stateDir, { recursive: true, force: true })
  }
}

let skus = 0

async function once(
  kiosk: LeanKiosk,
  url: URL,
  task: Task,
  inFlight: number,
  times: number,
): Promise<{ rate: number; cpuUs: number | null }> {
  skus += 1
  const sku = `HOT-${skus}`
  const { path, buckets, units, expected } = task
  await ask(url, '/set-up', { sku, units, buckets, times: 1, inFlight: 1 })
  await ask(url, path, { sku, times: WARM_UP, inFlight })
  const before = kiosk.runtime === undefined ? null : cpuMs(kiosk.runtime)
  const { ms, outcomes } = await ask(url, path, { sku, times, inFlight })
  const after = kiosk.runtime === undefined ? null : cpuMs(kiosk.runtime)
  if (outcomes[expected] !== times) throw new Error(`${task.name}: ${JSON.stringify(outcomes)}`)
  const cpuUs = before === null || after === null ? null : ((after - before) * 1000) / times
  return { rate: times / (Math.max(1, ms) / 1000), cpuUs }
}

interface Answer {
  readonly ms: number
  readonly outcomes: Readonly<Record<string, number>>
}

async function ask(
  url: URL,
  path: string,
  params: Readonly<Record<string, string | number>>,
): Promise<Answer> {
  const target = new URL(path, url)
  for (const [name, value] of Object.entries(params)) target.searchParams.set(name, String(value))
  const answer = await fetch(target)
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as Answer
}

function keyOf({ name }: Task, inFlight: number): string {
  return `${name}, ${inFlight}`
}

function driver(): V4WorkerOptions {
  return {
    name: DRIVER,
    modules: [{ type: 'ESModule', path: join(import.meta.dirname, 'driver.js') }],
    modulesRoot: import.meta.dirname,
    compatibilityDate: '2026-10-20',
    durableObjects: {
      STOCK: { className: 'SkuStock', scriptName: 'kiosk-inventory', useSQLite: true },
    },
    serviceBindings: { INVENTORY: { name: 'kiosk-inventory', entrypoint: 'InventoryRpc' } },
    unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
  }
}
