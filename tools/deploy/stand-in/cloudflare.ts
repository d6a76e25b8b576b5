import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { type Call, Refusal, type Route } from './call.ts'
import { resourceRoutes } from './resources.ts'
import { emptyState, type State } from './state.ts'
import { workerRoutes } from './workers.ts'

export const ACCOUNT_ID = '0123456789abcdef0123456789abcdef'
export const TOKEN = 'token-of-the-stand-in'

export interface StandIn {
  readonly baseUrl: string
  readonly state: State
  /** Every call so far, as `POST queues`, without the part that names the account. */
  readonly calls: string[]
  /** Calls that begin with this get a 500, until it is set to null. */
  failOn: string | null
  close(): Promise<void>
}

/**
 * The part of Cloudflare's REST API that a deployment uses, with a memory: databases are real SQLite, and
 * a Worker is refused whose bindings lead to nothing, as the real one does.
 */
export async function startStandIn(): Promise<StandIn> {
  const state = emptyState()
  const routes = [...resourceRoutes(state), ...workerRoutes(state)]
  const calls: string[] = []
  const standIn = { state, calls, failOn: null as string | null }

  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => send(response, 500, errorOf(error)))
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://stand-in')
    const path = url.pathname.replace(`/accounts/${ACCOUNT_ID}/`, '')
    const name = `${request.method} ${path}`
    const body = await buffer(request)
    calls.push(name)
    if (request.headers.authorization !== `Bearer ${TOKEN}`) {
      const isUpload = path.startsWith('/workers/assets/') || path.startsWith('workers/assets/')
      if (!isUpload) return send(response, 401, errorOf(new Refusal(401, 10000, 'Authentication')))
    }
    if (standIn.failOn !== null && name.startsWith(standIn.failOn)) {
      return send(response, 500, errorOf(new Refusal(500, 10013, 'Internal error')))
    }
    const call: Call = { query: url.searchParams, headers: request.headers, body, params: [] }
    try {
      send(response, 200, await route(routes, name, call))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      send(response, error.status, errorOf(error))
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(standIn, {
    baseUrl: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections()
      return new Promise<void>((resolve) => server.close(() => resolve()))
    },
  })
}

async function route(routes: readonly Route[], name: string, call: Call): Promise<object> {
  for (const [pattern, handle] of routes) {
    const match = pattern.exec(name)
    if (match === null) continue
    const answer = await handle({ ...call, params: match.slice(1).map(decodeURIComponent) })
    const { result, ...rest } =
      typeof answer === 'object' && answer !== null && 'result' in answer
        ? answer
        : { result: answer }
    return { success: true, errors: [], messages: [], result, ...rest }
  }
  throw new Refusal(404, 7003, `The stand-in does not know ${name}`)
}

function errorOf(error: unknown): object {
  const refusal = error instanceof Refusal ? error : new Refusal(500, 1, String(error))
  const errors = [{ code: refusal.code, message: refusal.message }]
  return { success: false, errors, messages: [], result: null }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
