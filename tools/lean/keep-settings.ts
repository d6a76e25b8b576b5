import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from 'wrangler'
import { workerConfig, WORKERS } from '../build.ts'
import { settingsFile, settingsVersion, type KeptSettings } from './settings.ts'

// Has wrangler read every wrangler.toml, and keeps what it says for `settings.ts`.

for (const worker of WORKERS) {
  const config = unstable_readConfig({ config: workerConfig(worker) })
  const { workerOptions } = unstable_getMiniflareWorkerOptions(config)
  // Bundles are one module: there are no rules to find others by. Variables are given by whoever starts it,
  // over those of the file: what a `.dev.vars` says is left out, so that the same call is the same shop.
  const { modulesRules: _, bindings: __, ...options } = workerOptions
  const kept: KeptSettings = { version: settingsVersion(worker), options, vars: config.vars }
  const file = settingsFile(worker)
  mkdirSync(dirname(file), { recursive: true })
  // Another process may do the same now.
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, JSON.stringify(kept, null, 1))
  renameSync(draft, file)
}
