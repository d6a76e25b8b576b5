import { styleText } from 'node:util'
import { HELP, readOptions } from './peers/options.ts'
import { benchPeers } from './peers/run.ts'

// pnpm bench:peers      measures Kiosk beside other backends; --help tells the options

const options = readOptions(process.argv.slice(2))
if (options === 'help') console.log(HELP)
else await benchPeers(options).catch(tellFailure)

function tellFailure(error: unknown): void {
  console.error(`\n${styleText('red', 'It could not be measured to the end.')}`, error)
  process.exitCode = 1
}
