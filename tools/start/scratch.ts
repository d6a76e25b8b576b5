import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { buildWorkers, workerBundle, workerConfig, WORKERS, type WorkerName } from '../build.ts'
import type { Settings } from './settings.ts'

/** The configuration that a shop runs a Worker with. */
export function configOf({ isScratch, state }: Settings, worker: WorkerName): string {
  return isScratch ? join(folderOf(state), worker, 'wrangler.toml') : workerConfig(worker)
}

/**
 * Gives the shop of a tool its Workers as they would be deployed, bundled once: it starts sooner, no
 * edited source changes it while the tool runs, and no other shop sees its `.dev.vars`.
 */
export async function prepareScratch({ state }: Settings): Promise<void> {
  const folder = folderOf(state)
  if (existsSync(folder)) return
  await buildWorkers()
  const draft = `${folder}.new`
  for (const worker of WORKERS) {
    const into = join(draft, worker)
    mkdirSync(into, { recursive: true })
    copyFileSync(join(workerBundle(worker), 'index.js'), join(into, 'index.js'))
    const source = workerConfig(worker)
    const text = readFileSync(source, 'utf8')
    writeFileSync(join(into, 'wrangler.toml'), bundledConfig(text, dirname(source)))
    const vars = join(dirname(source), '.dev.vars')
    if (existsSync(vars)) {
      const secrets = readFileSync(vars, 'utf8').replace(
        /^SEED_LAST_SLUG=.*$/m,
        'SEED_LAST_SLUG=""',
      )
      writeFileSync(join(into, '.dev.vars'), secrets, { mode: 0o600 })
    }
  }
  // Killed on the way, the next start begins again.
  renameSync(draft, folder)
}

/** A wrangler.toml of `folder` for a bundle that lies beside it. */
export function bundledConfig(text: string, folder: string): string {
  return text
    .replace(/^main = .*$/m, 'main = "index.js"\nno_bundle = true')
    .replace(/^migrations_dir = .*\n/gm, '')
    .replace(/^directory = "(.*)"$/m, (_, path: string) => `directory = "${join(folder, path)}"`)
}

function folderOf(state: string): string {
  return join(state, 'workers')
}
