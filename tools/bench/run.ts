import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { styleText } from 'node:util'
import { buildWorkers, ROOT } from '../build.ts'
import { step } from '../step.ts'
import { complaints, describeMachine, type Noise } from './machine.ts'
import { stateRoot, type Options } from './options.ts'
import { drawPlots } from './plots.ts'
import { reportOf } from './report.ts'
import { Figures, type Result } from './result.ts'
import { measureAll } from './stage.ts'
import { judgeTargets } from './targets.ts'
import { commitOf, versions } from './versions.ts'

/** Measures, and writes what it found: `result.json`, its tables, and its plots. */
export async function runBenchmark(options: Options): Promise<void> {
  const startedAt = new Date()
  await step('Workers', async ({ say }) => {
    await buildWorkers()
    say('bundled as for a deployment')
  })
  mkdirSync(stateRoot(options), { recursive: true })
  const scratch = mkdtempSync(join(stateRoot(options), 'kiosk-bench-'))
  const remove = (): void => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 })
  process.once('exit', remove)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // What it started ends with it: see server.ts.
    process.once(signal, () => process.exit(130))
  }
  const figures = new Figures()
  const noise = await measureAll(options, scratch, figures)
  const result = resultOf(options, startedAt, figures, noise)
  await step('Report', async ({ say }) => {
    await write(options.out, result)
    say(relative(ROOT, options.out))
  })
  tell(result)
}

function resultOf(
  options: Options,
  startedAt: Date,
  figures: Figures,
  noise: readonly Noise[],
): Result {
  const { products, manyProducts, rounds, seconds, state, orders } = options
  return {
    startedAt: startedAt.toISOString(),
    tookSeconds: Math.round((Date.now() - startedAt.getTime()) / 1000),
    commit: commitOf(),
    settings: { products, manyProducts, rounds, seconds, state, orders },
    machine: describeMachine(),
    versions: versions(),
    noise,
    figures: figures.all(),
  }
}

async function write(folder: string, result: Result): Promise<void> {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'result.json'), `${JSON.stringify(result, null, 1)}\n`)
  writeFileSync(join(folder, 'README.md'), `${reportOf(result)}\n`)
  for (const [file, svg] of await drawPlots(result)) writeFileSync(join(folder, file), svg)
}

function tell(result: Result): void {
  console.log()
  for (const { name, value, isMet } of judgeTargets(result)) {
    console.log(`  ${isMet ? styleText('green', '✔') : styleText('red', '✖')} ${name}: ${value}`)
  }
  for (const complaint of complaints(result.noise)) {
    console.log(styleText('yellow', `  The machine was not quiet: ${complaint}.`))
  }
  console.log(`\nIt took ${Math.round(result.tookSeconds / 60)} min.`)
}
