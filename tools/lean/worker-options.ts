import { join } from 'node:path'
import type { V4WorkerOptions } from 'miniflare'
import type { WorkerName } from '../build.ts'
import { readSettings } from './settings.ts'

/** Variables and secrets, the same for all Workers. */
export type Vars = Readonly<Record<string, string>>

/** What Miniflare needs to know of a Worker: what its wrangler.toml says, and where its bundle is. */
export function workerOptions(
  worker: WorkerName,
  bundle: string,
  vars: Vars,
  keepsObjects = false,
): V4WorkerOptions {
  const settings = readSettings(worker)
  return {
    ...settings.options,
    name: `kiosk-${worker}`,
    modules: [{ type: 'ESModule', path: join(bundle, 'index.js') }],
    modulesRoot: bundle,
    bindings: { ...settings.vars, ...vars } as V4WorkerOptions['bindings'],
    ...(keepsObjects ? { durableObjects: keptObjects(settings.options) } : {}),
  }
}

type Objects = Readonly<Record<string, string | { readonly className: string }>>

function keptObjects({ durableObjects = {} }: Pick<V4WorkerOptions, 'durableObjects'>) {
  return Object.fromEntries(
    Object.entries(durableObjects as Objects).map(([binding, object]) => [
      binding,
      {
        ...(typeof object === 'string' ? { className: object } : object),
        unsafePreventEviction: true,
      },
    ]),
  )
}
