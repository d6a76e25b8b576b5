import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare'
import type { Fire } from './crons.ts'
import { callQueue, callScheduled, handlersOf } from './handlers.ts'
import { log } from './log.ts'
import { migrate } from './migrate.ts'
import { databaseOptions, miniflareOptions, type Surroundings } from './options.ts'
import type { Handle } from './queues/consumer.ts'
import type { WorkerFile } from './worker-file.ts'

/** The Worker of this container, while it runs. */
export interface RunningWorker {
  readonly deliver: Handle
  readonly fire: Fire
  readonly stop: () => Promise<void>
}

/** Applies what is pending, before anything of the Worker runs. */
export async function migrateAll(worker: WorkerFile, around: Surroundings): Promise<void> {
  if (worker.migrations.length === 0) return
  const miniflare = start(databaseOptions(worker, around))
  try {
    for (const migrations of worker.migrations) {
      const { binding } = migrations
      const applied = await migrate(await miniflare.getD1Database(binding), migrations)
      log('info', 'migrated', { binding, applied: applied.length })
    }
  } finally {
    await miniflare.dispose()
  }
}

export async function startWorker(
  worker: WorkerFile,
  around: Surroundings,
): Promise<RunningWorker> {
  const miniflare = start(miniflareOptions(worker, around))
  await miniflare.ready
  const handlers = () => miniflare.unsafeGetDirectURL(handlersOf(worker.name))
  return {
    async deliver(queue, deliveries) {
      return await callQueue(await handlers(), queue, deliveries)
    },
    async fire(cron, at) {
      const outcome = await callScheduled(await handlers(), cron, at)
      if (outcome !== 'ok') throw new Error(`it ended with ${outcome}`)
    },
    stop: () => miniflare.dispose(),
  }
}

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

function start(options: Parameters<typeof convertV4MiniflareOptions>[0]): Miniflare {
  const handlers = new Set(SIGNALS.flatMap((signal) => process.listeners(signal)))
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      ...options,
      log: new LineLog(LogLevel.WARN),
      // What the Worker logs is a line of JSON already.
      handleStructuredLogs: ({ message }) => console.log(message),
      unsafeHandleRuntimeRestart: () => log('error', 'the runtime died and was started again'),
    }),
  )
  // It would end the process at once, and cut off what is in work; the runner ends it in order.
  for (const signal of SIGNALS) {
    for (const handler of process.listeners(signal)) {
      if (!handlers.has(handler)) process.removeListener(signal, handler)
    }
  }
  return miniflare
}

class LineLog extends Log {
  override logWithLevel(level: LogLevel, message: string): void {
    if (level > this.level || level === LogLevel.NONE) return
    log(level === LogLevel.ERROR ? 'error' : 'warn', message.trim())
  }
}
