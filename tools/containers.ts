import { styleText } from 'node:util'
import { tryBroker } from './containers/broker.ts'
import { buildImages } from './containers/images.ts'
import { playKube } from './containers/kube.ts'
import { HELP, readOptions, type Options } from './containers/options.ts'
import { prove } from './containers/prove.ts'

// pnpm containers       builds the images, and proves what docs/containers.md says; --help tells the rest

async function run({ command, isBuilding, isKeeping, clients }: Options): Promise<string[]> {
  if (command === 'build' || isBuilding) buildImages()
  switch (command) {
    case 'build':
      return []
    case 'prove':
      return await prove(clients, isKeeping)
    case 'broker':
      return await tryBroker()
    case 'kube':
      return await playKube(isKeeping)
  }
}

const options = readOptions(process.argv.slice(2))
if (options === 'help') {
  console.log(HELP)
} else {
  try {
    const faults = await run(options)
    for (const fault of faults) console.error(styleText('red', fault))
    if (faults.length > 0) process.exitCode = 1
    else console.log(`${styleText('green', 'All went well.')} ${process.uptime().toFixed(0)} s.`)
  } catch (error) {
    console.error(styleText('red', 'It could not be run to the end.'), error)
    process.exitCode = 1
  }
}
