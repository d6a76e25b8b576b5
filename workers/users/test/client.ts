import type { SessionView } from '@kiosk/contracts/http/users-auth'
import type { UserView } from '@kiosk/contracts/http/users-view'
import { env as bindings, exports } from 'cloudflare:workers'
import type { Env } from '../src/env.ts'

/** The bindings of the Worker under test. */
export const env = bindings as unknown as Env

export const PASSWORD = 'correct horse battery staple'

interface Request {
  readonly body?: unknown
  readonly token?: string
  readonly headers?: Record<string, string>
}

/** Calls the Worker: `call('GET /v1/users/me', { token })`. */
export async function call(route: string, { body, token, headers }: Request = {}) {
  const [method = '', path = ''] = route.split(' ')
  const worker = (exports as unknown as { default: Fetcher }).default
  return worker.fetch(`http://users${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
}

/** Calls and tells `200`, or the status with the code of the problem: `401 invalid_credentials`. */
export async function outcomeOf(route: string, request: Request = {}): Promise<string> {
  const response = await call(route, request)
  const text = await response.text()
  if (response.status < 400) return String(response.status)
  const { code } = JSON.parse(text) as { code: string }
  return `${response.status} ${code}`
}

let people = 0

export function freshEmail(): string {
  people += 1
  return `person${people}.${crypto.randomUUID().slice(0, 8)}@example.com`
}

/** Registers somebody new. */
export async function signUp(
  input: { email?: string; name?: string; locale?: string } = {},
): Promise<SessionView> {
  const body = { email: freshEmail(), password: PASSWORD, name: 'Ada', ...input }
  const response = await call('POST /v1/auth/register', { body })
  if (response.status !== 201) throw new Error(`not registered: ${await response.text()}`)
  return response.json()
}

export async function logIn(email: string, password = PASSWORD): Promise<SessionView> {
  const response = await call('POST /v1/auth/login', { body: { email, password } })
  if (response.status !== 200) throw new Error(`not signed in: ${await response.text()}`)
  return response.json()
}

/** An access token of the admin of the configuration. */
export async function adminToken(): Promise<string> {
  return (await logIn('admin@kiosk.test', 'kiosk-dev-password')).accessToken
}

/** Gives somebody a role, and returns an access token that has it. */
export async function tokenWithRole(user: UserView, role: string): Promise<string> {
  const changed = await call(`PATCH /v1/users/${user.id}`, {
    token: await adminToken(),
    body: { role },
  })
  if (changed.status !== 200) throw new Error(`role not given: ${await changed.text()}`)
  return (await logIn(user.email)).accessToken
}

interface OutboxEvent {
  readonly type: string
  readonly subject: string
  readonly aggregateversion: number
  readonly data: Record<string, unknown>
}

/** The events that were said of somebody, in order. */
export async function eventsOf(userId: string): Promise<OutboxEvent[]> {
  const { results } = await env.DB.prepare(
    `select event from outbox where event ->> 'subject' = ? order by seq`,
  )
    .bind(userId)
    .all<{ event: string }>()
  return results.map(({ event }) => JSON.parse(event) as OutboxEvent)
}
