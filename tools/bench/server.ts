import { startLean } from '../lean/lean.ts'
import { BENCH_VARS } from './vars.ts'
import { YARDSTICKS, type Yardstick, yardsticks } from './yardsticks.ts'

// Runs a Kiosk for `running-shop.ts`, in a process of its own: neither the load generator nor the clock of
// the benchmark shares a thread with it.
//
// node server.ts <state folder> [with-yardsticks]

export interface Started {
  readonly url: string
  readonly runtime: number | undefined
  readonly yardsticks: Partial<Record<Yardstick, string>>
}

const [stateDir = '', mode] = process.argv.slice(2)
const hasYardsticks = mode === 'with-yardsticks'
const kiosk = await startLean({
  stateDir,
  vars: BENCH_VARS,
  guests: hasYardsticks ? yardsticks(BENCH_VARS) : [],
})
const addresses: Started['yardsticks'] = {}
for (const name of hasYardsticks ? YARDSTICKS : []) {
  addresses[name] = String(await kiosk.miniflare.unsafeGetDirectURL(name))
}

// The benchmark may end without a word; no runtime is left behind then.
process.once('disconnect', () => void kiosk.close().finally(() => process.exit()))
const started: Started = { url: String(kiosk.url), runtime: kiosk.runtime, yardsticks: addresses }
process.send?.(started)
