import { rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { describeError, log } from '../log.ts'
import type { Queues } from './broker.ts'
import { readOutgoing, Refused } from './wire.ts'

/** Says which queue a request is for; the runtime adds it for each binding. */
export const QUEUE_HEADER = 'kiosk-queue'
const BODY_BYTES_MAX = 1024 * 1024

/** The runtime asks for these, and nobody in the shop looks at them. */
const NO_METRICS = { backlogCount: 0, backlogBytes: 0, oldestMessageTimestamp: 0 }

/** Where the queue bindings of the Worker lead: a socket in the file system, which no network reaches. */
export async function openDoor(socket: string, queues: Queues): Promise<Server> {
  rmSync(socket, { force: true })
  const server = createServer((request, response) => {
    void answer(request, response, queues)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(socket, resolve)
  })
  return server
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  queues: Queues,
): Promise<void> {
  try {
    const path = new URL(request.url ?? '/', 'http://queue').pathname
    if (path === '/metrics') return reply(response, 200, NO_METRICS)
    if (path !== '/message' && path !== '/batch') return reply(response, 404, {})
    const outgoing = readOutgoing(path, request.headers, await read(request))
    const queue = String(request.headers[QUEUE_HEADER])
    const now = Date.now()
    await Promise.all(
      outgoing.map(({ message, delaySeconds }) =>
        queues.send(queue, message, delaySeconds === 0 ? 0 : now + delaySeconds * 1000),
      ),
    )
    reply(response, 200, { metadata: { metrics: NO_METRICS } })
  } catch (error) {
    const isRefused = error instanceof Refused
    log('warn', 'message not taken', { error: describeError(error) })
    fail(response, isRefused ? 400 : 503, describeError(error))
  }
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.byteLength
    if (size > BODY_BYTES_MAX) throw new Refused('the request is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** The runtime makes the error that `send` throws from these headers. */
function fail(response: ServerResponse, status: number, cause: string): void {
  response.setHeader('cf-queues-error-code', String(status))
  response.setHeader('cf-queues-error-cause', cause.replaceAll(/[^\x20-\x7e]/g, ' '))
  reply(response, status, { error: cause })
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body)
  response.writeHead(status, { 'content-type': 'application/json' }).end(text)
}
