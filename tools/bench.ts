import { styleText } from 'node:util'
import { HELP, readOptions } from './bench/options.ts'
import { runBenchmark } from './bench/run.ts'

// pnpm bench            measures a Kiosk of its own; --help tells the options

const options = readOptions(process.argv.slice(2))
if (options === 'help') console.log(HELP)
else await runBenchmark(options).catch(tellFailure)

function tellFailure(error: unknown): void {
  console.error(`\n${styleText('red', 'It could not be measured to the end.')}`, error)
  process.exitCode = 1
}
