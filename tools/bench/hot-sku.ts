import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildWorkers, ROOT } from '../build.ts'
import { measureHotSku, type Measured } from './hot-sku/measure.ts'
import { USE } from './hot-sku/model.ts'
import { drawModel } from './hot-sku/plot.ts'
import { hotSkuReportOf } from './hot-sku/report.ts'
import { describeMachine, noiseBetween, readTicks, spin } from './machine.ts'
import { commitOf, versions } from './versions.ts'

// pnpm bench:hot-sku                     what one object of a SKU can do, and what several could
//   --times 2000 --rounds 5              how much is measured
//   --only-model                         draws the model without measuring

const { values } = parseArgs({
  options: {
    times: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '5' },
    'only-model': { type: 'boolean', default: false },
  },
})
const LIFE = 'object: reserve, sell'
const folder = join(ROOT, 'docs/benchmarks')
mkdirSync(folder, { recursive: true })

if (values['only-model']) writeFileSync(join(folder, 'hot-sku.svg'), await drawModel(null))
else await measure()

async function measure(): Promise<void> {
  const startedAt = new Date().toISOString()
  await buildWorkers()
  const before = readTicks()
  const plan = { times: Number(values.times), rounds: Number(values.rounds), inFlight: [1, 64] }
  const { measured, ownMs } = await measureHotSku(plan, (what) => console.log(what))
  const result = {
    startedAt,
    commit: commitOf(),
    machine: describeMachine(),
    versions: versions(),
    plan,
    noise: noiseBetween(before, readTicks(), ownMs, spin()),
    measured,
  }
  const report = hotSkuReportOf(result)
  writeFileSync(join(folder, 'hot-sku.json'), `${JSON.stringify(result, null, 1)}\n`)
  writeFileSync(join(folder, 'hot-sku.md'), `${report}\n`)
  writeFileSync(join(folder, 'hot-sku.svg'), await drawModel(ceilingOf(measured)))
  console.log(`\n${report}`)
}

/** Requests per second that the object served when it had no pause. */
function ceilingOf(measured: readonly Measured[]): number {
  const lives = measured.filter(({ name }) => name === LIFE)
  return USE.requestsPerOrder * Math.max(...lives.map(({ rate }) => rate.median))
}
