import type { V4WorkerOptions } from 'miniflare'

/** Where a container tells that it is ready and alive. */
export const HEALTH_PORT = 8786
/** Where the shop is. Only the gateway listens there. */
export const PUBLIC_PORT = 8787
/** The first of the ports for other containers: one per entrypoint, the default one first. */
export const INTERNAL_PORT = 8788

/** What a Worker is given as `worker.json`: made of its wrangler.toml when its image is built. */
export interface WorkerFile {
  /** `kiosk-orders`: what others know its container by. */
  readonly name: string
  /** `orders`: what people know it by. */
  readonly service: string
  /** Whether it has a public address: `workers_dev` in wrangler.toml. */
  readonly isPublic: boolean
  /** What Miniflare is told, made by wrangler itself, without what leads out of the container. */
  readonly options: PackedOptions
  /** The entrypoints that other Workers bind, each on a port of its own. */
  readonly listens: readonly Entrypoint[]
  /** The service bindings. */
  readonly calls: Readonly<Record<string, Callee>>
  /** The queue bindings: each with the name of its queue. */
  readonly sends: Readonly<Record<string, string>>
  readonly consumes: readonly QueueConsumer[]
  readonly crons: readonly string[]
  readonly migrations: readonly Migrations[]
  /** Variables and secrets of a shop for development, for those that nobody gives. */
  readonly development: Readonly<Record<string, string>>
}

/** Only what can be written as JSON: bindings of this Worker alone. */
export type PackedOptions = Pick<
  V4WorkerOptions,
  | 'compatibilityDate'
  | 'compatibilityFlags'
  | 'bindings'
  | 'kvNamespaces'
  | 'd1Databases'
  | 'durableObjects'
  | 'ratelimits'
  | 'email'
  | 'assets'
>

export interface Entrypoint {
  /** `default`, or the name of an exported class. */
  readonly entrypoint: string
  readonly port: number
}

export interface Callee {
  readonly host: string
  readonly port: number
}

/** `[[queues.consumers]]`, with Cloudflare's defaults filled in. */
export interface QueueConsumer {
  readonly queue: string
  readonly maxBatchSize: number
  readonly maxBatchTimeoutSeconds: number
  /** After how many failed retries a message is given up; it is tried once more often than that. */
  readonly maxRetries: number
  readonly retryDelaySeconds: number
  readonly deadLetterQueue: string | null
}

/** The migrations of one database, in order, split into statements as wrangler splits them. */
export interface Migrations {
  readonly binding: string
  readonly files: readonly MigrationFile[]
}

export interface MigrationFile {
  readonly name: string
  readonly statements: readonly string[]
}
