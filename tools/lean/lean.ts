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
import { workerOptions, type Vars } from './worker-options.ts'

export interface LeanOptions {
  /** The folder of all databases, objects and KV namespaces: the same layout as that of `start`. */
  readonly stateDir: string
  /** Variables and secrets of every Worker, over those of its wrangler.toml. */
  readonly vars: Vars
  /** The folder of a Worker's bundle; that of `buildWorkers` unless others are to run. */
  readonly bundle?: (worker: WorkerName) => string
  /** Workers that run in the same runtime. Each can be given an address with `unsafeDirectSockets`. */
  readonly guests?: readonly V4WorkerOptions[]
  /** Told of each line that a Worker logs; without it, they are dropped. */
  readonly onLog?: (line: string) => void
}

/** The seven Workers in one workerd, and nothing else. */
export interface LeanKiosk {
  /** The address of the gateway. */
  readonly url: URL
  readonly miniflare: Miniflare
  /** The process id of workerd. */
  readonly runtime: number | undefined
  close(): Promise<void>
}

/**
 * Starts Kiosk the leanest way that is still the real thing: the bundles that would be deployed, on
 * workerd through Miniflare's simulators, migrated, with a socket that leads straight into the gateway.
 * `wrangler dev` puts a proxy of its own and Miniflare's entry Worker in front, and reloads.
 */
export async function startLean(options: LeanOptions): Promise<LeanKiosk> {
  const { stateDir, vars, bundle = workerBundle, guests = [], onLog = () => {} } = options
  await migrate(stateDir)
  const workers = WORKERS.map((worker) => workerOptions(worker, bundle(worker), vars))
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      resourcePersistencePath: join(stateDir, 'v3'),
      isolatedResourcePersistencePath: join(stateDir, 'v3'),
      cf: false,
      log: new Log(LogLevel.ERROR),
      logRequests: false,
      handleStructuredLogs: ({ message }) => onLog(message),
      workers: [...workers, FRONT_DOOR, ...guests],
    }),
  )
  await miniflare.ready
  return {
    url: await miniflare.unsafeGetDirectURL(FRONT_DOOR.name),
    miniflare,
    runtime: runtimeOf(process.pid),
    close: () => miniflare.dispose(),
  }
}

/**
 * Holds the socket of the gateway. On one of its own, a Worker with assets is reached through two Workers of
 * Miniflare, which look for a file first; `run_worker_first` says that there is none to look for.
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
