import type { V4MiniflareOptions, V4WorkerOptions } from 'miniflare'
import { handlersOptions } from './handlers.ts'
import { QUEUE_PLUGIN, QUEUE_TYPE } from './queues/plugin.ts'
import type { WorkerFile } from './worker-file.ts'

/** What of a container Miniflare has to know. */
export interface Surroundings {
  /** The folder with the Worker's bundle, and its assets if it has some. */
  readonly folder: string
  /** The folder that outlives the container. */
  readonly state: string
  /** The socket that takes what is sent to queues. */
  readonly queueSocket: string
  /** Variables and secrets, over those of wrangler.toml. */
  readonly values: Readonly<Record<string, string>>
}

const EVERYWHERE = '0.0.0.0'
const HERE = '127.0.0.1'

/** The bundle, as `wrangler deploy` would upload it. */
export const MAIN_MODULE = 'index.js'

/** Miniflare's options for one Worker whose services, queues and clients are in other containers. */
export function miniflareOptions(worker: WorkerFile, around: Surroundings): V4MiniflareOptions {
  const workers = [workerOptions(worker, around), handlersOptions(worker.name)]
  return { ...sharedOptions(around), workers }
}

/** The databases of the Worker alone: nothing runs, so nothing sees them half migrated. */
export function databaseOptions(worker: WorkerFile, around: Surroundings): V4MiniflareOptions {
  const { compatibilityDate, d1Databases } = worker.options
  const nothing = { compatibilityDate, d1Databases, name: worker.name, rootPath: around.folder }
  const modules = [moduleOf('export default {}')]
  return { ...sharedOptions(around), workers: [{ ...nothing, modules }] }
}

function sharedOptions({ state }: Surroundings) {
  return {
    // Everything comes in by sockets of its own; this one, which has tools for developers, by none.
    host: HERE,
    port: 0,
    // Where `wrangler dev --persist-to` would look for it.
    resourcePersistencePath: `${state}/v3`,
    // Would be asked of Cloudflare.
    cf: false,
    logRequests: false,
  } as const
}

function workerOptions(worker: WorkerFile, around: Surroundings): V4WorkerOptions {
  const { options, name, isPublic, listens, calls, sends } = worker
  return {
    ...options,
    name,
    rootPath: around.folder,
    modules: [{ ...moduleOf(), path: `${around.folder}/${MAIN_MODULE}` }],
    bindings: { ...options.bindings, ...around.values },
    serviceBindings: Object.fromEntries(
      Object.entries(calls).map(([binding, { host, port }]) => [
        binding,
        { external: { address: `${host}:${port}`, http: {} } },
      ]),
    ),
    unsafeBindings: Object.entries(sends).map(([binding, queue]) => ({
      name: binding,
      type: QUEUE_TYPE,
      plugin: QUEUE_PLUGIN,
      options: { queue, socket: around.queueSocket },
    })),
    unsafeDirectSockets: listens.map(({ entrypoint, port }) => ({
      // What is public is listened to here only; the way in from outside is guarded.
      host: isPublic && entrypoint === 'default' ? HERE : EVERYWHERE,
      port,
      entrypoint,
    })),
  }
}

function moduleOf(contents?: string) {
  const module = { type: 'ESModule', path: MAIN_MODULE } as const
  return contents === undefined ? module : { ...module, contents }
}
