import { styleText } from 'node:util'
import { measure } from '../tests/cost/measure.ts'
import { buildCountingWorkers } from './build.ts'
import { keep, snapshot, tablesOf } from './cost/page.ts'
import { step } from './step.ts'

// pnpm cost             counts what an order and a page cost, and says what differs from what is kept
// pnpm cost --write     keeps the new counts in tests/cost/cost.json and docs/cost.md

await step('bundle', buildCountingWorkers)
const cost = await step('count', ({ progress }) => measure(progress))
console.log(`\n${tablesOf(cost)}\n`)

if (JSON.stringify(cost) === JSON.stringify(snapshot())) {
  console.log(styleText('green', 'As it is kept in tests/cost/cost.json.'))
} else if (process.argv.includes('--write')) {
  keep(cost)
  console.log('Written to tests/cost/cost.json and docs/cost.md.')
} else {
  console.log(styleText('red', 'Not as it is kept: see `git diff` after pnpm cost --write.'))
  process.exitCode = 1
}
// A runtime that was left behind must not keep the process alive.
process.exit()
