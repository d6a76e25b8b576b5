import {
  Agent,
  createServer,
  request as send,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http'
import { describeError, log } from './log.ts'

/**
 * Headers that only the network around a Worker may set. On Cloudflare it removes those of clients, which
 * could otherwise choose the address that limits are counted by, or speak to the simulator.
 */
const NOT_FROM_CLIENTS = /^(cf-|mf-)/
/** Headers that are about one connection and not about the message. */
const OF_CONNECTIONS = /^(connection|keep-alive|proxy-connection|upgrade)$/
const RETRY_AFTER_SECONDS = '2'

interface Upstream {
  readonly port: number
  /** Whether a proxy in front tells who the client is. */
  readonly isBehindProxy: boolean
}

/** Passes on what comes from outside, as Cloudflare's network does: who asks is decided here. */
export function createEdge({ port, isBehindProxy }: Upstream): Server {
  const agent = new Agent({ keepAlive: true })
  return createServer((incoming, response) => {
    const { method, url: path, socket } = incoming
    const headers = headersFor(incoming.headers, socket.remoteAddress, isBehindProxy)
    const upstream = send({ agent, host: '127.0.0.1', port, method, path, headers })
    upstream.on('response', (answer) => passOn(answer, response))
    upstream.on('error', (error) => refuse(response, error))
    // Whoever does not wait for the answer any more does not want it.
    response.on('close', () => upstream.destroy())
    incoming.pipe(upstream)
  })
}

/** What the Worker is told of a request. */
export function headersFor(
  incoming: IncomingHttpHeaders,
  address: string | undefined,
  isBehindProxy: boolean,
): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {}
  for (const [name, value] of Object.entries(incoming)) {
    if (!NOT_FROM_CLIENTS.test(name) && !OF_CONNECTIONS.test(name)) headers[name] = value
  }
  const client = (isBehindProxy && lastIn(incoming['x-forwarded-for'])) || address
  if (client !== undefined) headers['cf-connecting-ip'] = client.replace(/^::ffff:/, '')
  return headers
}

/** The address that the proxy next to us saw; those before it are hearsay. */
function lastIn(forwarded: string | string[] | undefined): string {
  return (
    String(forwarded ?? '')
      .split(',')
      .at(-1)
      ?.trim() ?? ''
  )
}

function passOn(answer: IncomingMessage, response: ServerResponse): void {
  const headers = Object.entries(answer.headers).filter(([name]) => !OF_CONNECTIONS.test(name))
  response.writeHead(answer.statusCode ?? 502, Object.fromEntries(headers))
  answer.on('error', () => response.destroy())
  answer.pipe(response)
}

function refuse(response: ServerResponse, error: Error): void {
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  log('warn', 'gateway does not answer', { error: describeError(error) })
  const problem = {
    type: 'about:blank',
    title: 'Service Unavailable',
    status: 503,
    code: 'unavailable',
    detail: 'The gateway does not answer',
  }
  response
    .writeHead(503, {
      'content-type': 'application/problem+json',
      'retry-after': RETRY_AFTER_SECONDS,
    })
    .end(JSON.stringify(problem))
}
