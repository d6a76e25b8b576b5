import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { MAIN_MODULE } from '@kiosk/runner/options'
import { unstable_readConfig as readConfig } from 'wrangler'
import { workerBundle, workerConfig, WORKERS } from '../build.ts'
import { ASSETS, workerFileOf } from './worker-file.ts'

// node tools/containers/pack.ts <worker> <folder>
//   Puts into a folder what the runner needs to run a Worker: its wrangler.toml as data, the bundle that
//   tools/build.ts made of it, its assets.

const [name, folder] = process.argv.slice(2)
const worker = WORKERS.find((known) => known === name)
if (worker === undefined || folder === undefined) {
  throw new Error(`usage: node tools/containers/pack.ts <${WORKERS.join('|')}> <folder>`)
}

const out = resolve(folder)
mkdirSync(out, { recursive: true })
writeFileSync(join(out, 'worker.json'), JSON.stringify(await workerFileOf(worker), null, 2))
cpSync(join(workerBundle(worker), MAIN_MODULE), join(out, MAIN_MODULE))
const { assets, configPath = '' } = readConfig({ config: workerConfig(worker) })
if (assets?.directory !== undefined) {
  const source = resolve(dirname(configPath), assets.directory)
  cpSync(source, join(out, ASSETS), { recursive: true, dereference: true })
}
