import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { bindingsFor } from './bindings.ts'
import { startCrons } from './crons.ts'
import { createEdge } from './edge.ts'
import { createHealthServer, type Health } from './health.ts'
import { keepSecrets, readKeptSecrets } from './kept-secrets.ts'
import { describeError, log, logAs } from './log.ts'
import { Broker } from './queues/broker.ts'
import { Consumer, type Handle } from './queues/consumer.ts'
import { openDoor } from './queues/door.ts'
import { readSettings, type Settings } from './settings.ts'
import { HEALTH_PORT, INTERNAL_PORT, PUBLIC_PORT, type WorkerFile } from './worker-file.ts'
import { migrateAll, startWorker } from './worker.ts'

// node main.ts <folder>     runs the Worker that an image has in a folder, until it is told to stop

/** Less than what Docker and Kubernetes are told to wait before they kill. */
const STOP_WITHIN_MS = 25_000

/** Undone in the opposite order: what takes work ends before what does it. */
const running = new AsyncDisposableStack()

async function run(folder: string): Promise<void> {
  const worker = JSON.parse(readFileSync(join(folder, 'worker.json'), 'utf8')) as WorkerFile
  logAs(worker.service)
  const settings = readSettings(process.env, (path) => readFileSync(path, 'utf8'))
  const queueSocket = join(tmpdir(), 'queues.sock')
  const values = chooseBindings(worker, settings)
  const around = { folder, state: settings.state, queueSocket, values }

  const queues = new Set([
    ...Object.values(worker.sends),
    ...worker.consumes.flatMap(({ queue, deadLetterQueue }) => [queue, deadLetterQueue ?? queue]),
  ])
  const broker = queues.size === 0 ? null : new Broker(settings.broker, queues)
  running.defer(async () => await broker?.close())
  const health: Health = { isReady: false, isBrokerConnected: () => broker?.isConnected ?? true }
  await listen(createHealthServer(health, INTERNAL_PORT), HEALTH_PORT)

  await migrateAll(worker, around)
  if (broker !== null) running.adopt(await openDoor(queueSocket, broker), closed)
  const runtime = await startWorker(worker, around)
  running.defer(runtime.stop)
  if (broker !== null) listenToQueues(worker, broker, runtime.deliver)
  const crons = startCrons(worker.crons, runtime.fire)
  running.defer(crons.stop)
  if (worker.isPublic) {
    const edge = createEdge({ port: INTERNAL_PORT, isBehindProxy: settings.isBehindProxy })
    running.adopt(await listen(edge, PUBLIC_PORT), closed)
  }
  health.isReady = true
  running.defer(() => void (health.isReady = false))
  log('info', 'ready', { mode: settings.mode })
}

function chooseBindings(worker: WorkerFile, settings: Settings): Readonly<Record<string, string>> {
  const { state } = settings
  const { values, made, development } = bindingsFor(worker, settings, readKeptSecrets(state))
  if (Object.keys(made).length > 0) keepSecrets(state, made)
  if (settings.mode === 'development') {
    log('warn', 'for development only: secrets are made up or known to everybody', { development })
  }
  return values
}

function listenToQueues({ consumes }: WorkerFile, broker: Broker, deliver: Handle): void {
  const consumers = consumes.map((consumer) => new Consumer(consumer, broker, deliver))
  for (const consumer of consumers) consumer.start()
  running.defer(async () => {
    await broker.stopReceiving()
    await Promise.all(consumers.map((consumer) => consumer.stop()))
  })
}

async function listen(server: Server, port: number): Promise<Server> {
  server.listen(port)
  await once(server, 'listening')
  return server
}

/** Takes no new requests, and lets those in work end. */
async function closed(server: Server): Promise<void> {
  const isOver = once(server, 'close')
  server.close()
  server.closeIdleConnections()
  await isOver
}

async function stop(): Promise<never> {
  log('info', 'stopping')
  const isCutOff = sleep(STOP_WITHIN_MS, true, { ref: false })
  const isDone = running.disposeAsync().then(
    () => false,
    (error: unknown) => log('error', 'not stopped in order', { error: describeError(error) }),
  )
  if ((await Promise.race([isDone, isCutOff])) === true) log('warn', 'cut off what was in work')
  process.exit(0)
}

async function fail(what: string, error: unknown): Promise<never> {
  log('error', what, { error: describeError(error) })
  await Promise.race([running.disposeAsync(), sleep(STOP_WITHIN_MS)]).catch(() => {})
  process.exit(1)
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop())
try {
  await run(resolve(process.argv[2] ?? '.'))
} catch (error) {
  await fail('not started', error)
}
