import { join } from 'node:path'
import type { V4WorkerOptions } from 'miniflare'
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from 'wrangler'
import { workerConfig, type WorkerName } from '../build.ts'

/** Variables and secrets, the same for all Workers. */
export type Vars = Readonly<Record<string, string>>

/**
 * What Miniflare needs to know of a Worker: all that its wrangler.toml says, with its module from a folder
 * of bundles. Secrets come in `vars`: what a `.dev.vars` says is left out, so that the same call is the same
 * shop everywhere.
 */
export function workerOptions(worker: WorkerName, bundle: string, vars: Vars): V4WorkerOptions {
  const config = unstable_readConfig({ config: workerConfig(worker) })
  const { workerOptions: fromToml } = unstable_getMiniflareWorkerOptions(config)
  // The bundle is one module already: there are no rules to find others by.
  const { modulesRules: _, ...options } = fromToml
  return {
    ...options,
    name: `kiosk-${worker}`,
    modules: [{ type: 'ESModule', path: join(bundle, 'index.js') }],
    modulesRoot: bundle,
    bindings: { ...config.vars, ...vars },
  }
}
