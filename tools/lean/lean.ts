import { join } from 'node:path'
import {
  convertV4MiniflareOptions,
  Log,
  LogLevel,
  Miniflare,
  type V4WorkerOptions,
} from 'miniflare'
import { workerBundle, type WorkerName, WORKERS } from '../build.ts'
import { migrate } from '../start/migrate.ts'
import { listProcesses } from '../start/processes.ts'
import { isMigrated } from './migrated.ts'
import { workerOptions, type Vars } from './worker-options.ts'

export interface LeanOptions {
  /** The folder of all databases, objects and KV namespaces, laid out as `start` does it. */
  readonly stateDir: string
  /** Variables and secrets of every Worker, over those of its wrangler.toml. */
  readonly vars: Vars
  /** The folder of a Worker's bundle; those of `buildWorkers` unless others are to run. */
  readonly bundle?: (worker: WorkerName) => string
  /** Objects stay in memory however long nobody asks them: the runtime would end them after ten seconds. */
  readonly keepsObjects?: boolean
  /** Workers beside the seven, in the same runtime. */
  readonly guests?: readonly V4WorkerOptions[]
  /** Told of each line that a Worker logs; without it, they are dropped. */
  readonly onLog?: (line: string) => void
}

/** The seven Workers in one workerd, and nothing else. */
export interface LeanKiosk {
  /** The address of the gateway. */
  readonly url: URL
  /** Reaches into the Workers: their databases, queues and objects. */
  readonly miniflare: Miniflare
  /** The process id of workerd; undefined where processes cannot be listed. */
  readonly runtime: number | undefined
  close(): Promise<void>
}

/**
 * Starts Kiosk the leanest way that is still the real thing: the bundles of a deployment, migrated, in one
 * workerd with Miniflare's D1, KV, queues and objects, and a socket that leads straight into the gateway.
 * `wrangler dev` is the same behind a proxy, which costs more than most requests.
 */
export async function startLean(options: LeanOptions): Promise<LeanKiosk> {
  const { stateDir, vars, bundle = workerBundle, guests = [], onLog = () => {} } = options
  const { keepsObjects = false } = options
  if (!isMigrated(stateDir)) await migrate(stateDir)
  const resources = join(stateDir, 'v3')
  const workers = WORKERS.map((worker) => workerOptions(worker, bundle(worker), vars, keepsObjects))
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      workers: [...workers, FRONT_DOOR, ...guests],
      resourcePersistencePath: resources,
      isolatedResourcePersistencePath: resources,
      cf: false,
      log: new Log(LogLevel.ERROR),
      logRequests: false,
      handleStructuredLogs: ({ message }) => onLog(message),
    }),
  )
  try {
    const url = await miniflare.unsafeGetDirectURL(FRONT_DOOR.name)
    return { url, miniflare, runtime: runtimeOf(process.pid), close: () => miniflare.dispose() }
  } catch (error) {
    await miniflare.dispose()
    throw error
  }
}

/**
 * Holds the socket of the gateway. A socket of its own would lead through two Workers of Miniflare's first,
 * which look for a file to serve; the gateway's `run_worker_first` says that it decides that itself.
 */
const FRONT_DOOR = {
  name: 'front-door',
  modules: true,
  script: 'export default {}',
  compatibilityDate: '2026-10-20',
  unsafeDirectSockets: [{ host: '127.0.0.1', port: 0, serviceName: 'kiosk-gateway' }],
} satisfies V4WorkerOptions

function runtimeOf(parent: number): number | undefined {
  return listProcesses().find(
    (process) => process.parent === parent && /workerd .*serve /.test(process.command),
  )?.pid
}
