import { parseArgs } from 'node:util'
import { addTallies, describeFailure, summarize, type Result } from './report.ts'
import { simulate } from './simulate.ts'

// pnpm sim --seed 7 --steps 100000     one shop, replayed exactly
// pnpm sim --seeds 50                  fifty shops, each from a seed of its own
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '1' },
    steps: { type: 'string', default: '20000' },
    trace: { type: 'boolean', default: false },
  },
})
const firstSeed =
  values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed)
const count = Number(values.seeds)
const steps = Number(values.steps)

const results: Result[] = []
for (let seed = firstSeed; seed < firstSeed + count; seed++) {
  const result = await run(seed)
  results.push(result)
  if (result.violation !== null) {
    console.log(`\n${describeFailure(result)}\n`)
    process.exitCode = 1
  }
}
const failed = results.filter(({ violation }) => violation !== null)
console.log(`\n${results.length - failed.length} seeds passed, ${failed.length} failed`)
console.log(`${summarize(addTallies(results.map(({ tally }) => tally)))}`)

async function run(seed: number): Promise<Result> {
  const startedAt = performance.now()
  const speed = (made: number) => Math.round(made / ((performance.now() - startedAt) / 1000))
  const out = process.stdout
  const result = await simulate({
    seed,
    steps,
    ...(values.trace ? { show: (line) => out.write(`${line}\n`) } : {}),
    progress: (made) => {
      if (out.isTTY) out.write(`\rseed ${seed}: ${made} of ${steps} steps, ${speed(made)}/s `)
    },
  })
  const { stepsMade, violation, fingerprint } = result
  const sign = violation === null ? '✓' : '✗'
  const facts = `${stepsMade} steps, ${speed(stepsMade)}/s, trace ${fingerprint.slice(0, 12)}`
  console.log(`${out.isTTY ? '\r' : ''}${sign} seed ${seed}: ${facts}`)
  return result
}
