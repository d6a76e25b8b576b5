import { TOKEN_ALGORITHM, TOKEN_AUDIENCE, TOKEN_ISSUER } from '@kiosk/kit/auth'
import { createExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'
import { expect } from 'vitest'
import { bearer } from '../../../tests/support/tokens.ts'
import { app } from '../src/app.ts'
import type { Service } from '../src/deps.ts'
import type { Env } from '../src/env.ts'

/** Who calls, in most tests. */
export const USER = 'usr_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C'

type Answer = (request: Request) => Response | Promise<Response>

/** What a stand-in says of the request that it got. */
export interface Heard {
  readonly service: Service
  readonly method: string
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: string
}

const bindings = env as unknown as Env & { readonly TEST_SIGNING_KEY: JWK }

/**
 * The gateway in front of stand-ins. Each says what it heard, unless a test gives it another answer;
 * that of users also vouches for the key of the tokens.
 */
export function gateway(
  answers: Partial<Record<Service, Answer>> = {},
  vars: Readonly<Record<string, string>> = {},
) {
  const stand = (service: Service) => fetcher(answers[service] ?? repeat(service))
  const keys = (request: Request) =>
    new URL(request.url).hostname === 'users' && request.url.endsWith('/jwks.json')
      ? bindings.USERS.fetch(request)
      : (answers.users ?? repeat('users'))(request)
  const world = {
    ...bindings,
    RATE_LIMITS: 'off',
    CATALOG: stand('catalog'),
    INVENTORY: stand('inventory'),
    ORDERS: stand('orders'),
    PAYMENTS: stand('payments'),
    USERS: fetcher(keys),
    NOTIFICATIONS: stand('notifications'),
    ...vars,
  }
  return async (path: string, init?: RequestInit): Promise<Response> =>
    app.request(path, init, world, createExecutionContext())
}

/** What the stand-in behind the gateway heard. */
export function heard(response: Response): Promise<Heard> {
  return response.json()
}

/** The code of a problem, which has the form of one. */
export async function codeOf(response: Response): Promise<string> {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  const { code, requestId } = await response.json<{ code: string; requestId: string }>()
  expect(requestId).toBe(response.headers.get('x-request-id'))
  return code
}

function repeat(service: Service): Answer {
  return async (request) => {
    const { method, url } = request
    const headers = Object.fromEntries(request.headers)
    const said: Heard = { service, method, url, headers, body: await request.text() }
    return Response.json(said)
  }
}

function fetcher(answer: Answer): Fetcher {
  const fetch = async (input: RequestInfo, init?: RequestInit) => {
    const request = new Request(input, init)
    const aborted = new Promise<never>((_, reject) => {
      request.signal.addEventListener('abort', () => reject(request.signal.reason as Error))
    })
    return Promise.race([answer(request), aborted])
  }
  return { fetch } as unknown as Fetcher
}

/** The credentials of a customer. */
export function customer(): Promise<string> {
  return bearer(USER, 'customer')
}

interface TokenFacts {
  readonly role?: string
  readonly subject?: string
  readonly issuer?: string
  readonly audience?: string
  readonly expires?: string
  /** Sign with a key that nobody vouches for. */
  readonly foreign?: boolean
}

/** An access token with some facts that are not as they should be. */
export async function accessToken(facts: TokenFacts = {}): Promise<string> {
  const { privateKey } = await generateKeyPair(TOKEN_ALGORITHM)
  const own = await importJWK(bindings.TEST_SIGNING_KEY, TOKEN_ALGORITHM)
  return new SignJWT({ role: facts.role ?? 'customer' })
    .setProtectedHeader({ alg: TOKEN_ALGORITHM, kid: 'test' })
    .setSubject(facts.subject ?? USER)
    .setIssuer(facts.issuer ?? TOKEN_ISSUER)
    .setAudience(facts.audience ?? TOKEN_AUDIENCE)
    .setIssuedAt()
    .setExpirationTime(facts.expires ?? '15m')
    .sign(facts.foreign === true ? privateKey : own)
}
