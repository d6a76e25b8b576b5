import { z } from '@hono/zod-openapi'
import { IdempotencyKeyHeader } from '@kiosk/contracts/http/idempotency-key'
import { defineRoute, jsonAnswer, jsonBody, optionalJsonBody } from '@kiosk/contracts/http/route'
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { createApp, endpointsOf } from './app.ts'
import { TOKEN_ALGORITHM, TOKEN_AUDIENCE, TOKEN_ISSUER } from './auth.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { describeError } from './log.ts'
import { ProblemError, toProblem } from './problem.ts'
import { continueTrace } from './trace.ts'

const own = await generateKeyPair(TOKEN_ALGORITHM)
const foreign = await generateKeyPair(TOKEN_ALGORITHM)
const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(own.publicKey)), kid: 'k' }] })

const makeThing = defineRoute({
  operationId: 'makeThing',
  method: 'post',
  path: '/things/{id}',
  tags: ['things'],
  access: 'staff',
  request: {
    params: z.object({ id: z.string().max(5) }),
    headers: IdempotencyKeyHeader,
    body: jsonBody(z.object({ size: z.number().int().positive() })),
  },
  responses: { 201: jsonAnswer('A thing', z.object({ size: z.number() })) },
})

const readThing = defineRoute({
  operationId: 'readThing',
  method: 'get',
  path: '/things',
  tags: ['things'],
  access: 'anyone',
  responses: { 200: jsonAnswer('Who reads', z.object({ who: z.string().nullable() })) },
})

const addNote = defineRoute({
  operationId: 'addNote',
  method: 'post',
  path: '/notes',
  tags: ['things'],
  access: 'anyone',
  request: { body: optionalJsonBody(z.object({ note: z.string().optional() })) },
  responses: { 200: jsonAnswer('The note', z.object({ note: z.string().nullable() })) },
})

const countThings = defineRoute({
  operationId: 'countThings',
  method: 'get',
  path: '/count',
  tags: ['things'],
  access: 'staff',
  request: { query: z.object({ from: z.coerce.number().int() }) },
  responses: { 200: jsonAnswer('How many', z.object({ count: z.number() })) },
})

const failures: Record<string, Error> = {
  bug: new Error('a bug with card 4242'),
  busy: Object.assign(new Error('slow down'), { overloaded: true }),
  refus: new ProblemError('insufficient_stock', 'none left'),
}

const endpoint = endpointsOf<object, null>()
const app = createApp<object, null>({
  service: 'things',
  createDeps: () => null,
  keys: () => keys,
  ready: async () => ({ migrated: false }),
  endpoints: [
    endpoint(makeThing, (c) => {
      const failure = failures[c.req.valid('param').id]
      if (failure !== undefined) throw failure
      return c.json({ size: c.req.valid('json').size }, 201)
    }),
    endpoint(addNote, (c) => c.json({ note: c.req.valid('json').note ?? null }, 200)),
    endpoint(readThing, (c) => c.json({ who: c.var.principal?.id ?? null }, 200)),
    endpoint(
      countThings,
      (c) => c.json({ count: c.req.valid('query').from }, 200),
      async (c, next) => (c.req.header('x-known') === undefined ? next() : c.json({ count: 0 })),
    ),
  ],
})

function token(change: { role?: unknown; aud?: string; exp?: string; key?: CryptoKey } = {}) {
  const { role = 'staff', aud = TOKEN_AUDIENCE, exp = '5m', key = own.privateKey } = change
  return new SignJWT({ role })
    .setProtectedHeader({ alg: TOKEN_ALGORITHM, kid: 'k' })
    .setSubject('usr_1')
    .setIssuer(TOKEN_ISSUER)
    .setAudience(aud)
    .setExpirationTime(exp)
    .sign(key)
}

async function post(path: string, init: { headers?: Record<string, string>; body?: string } = {}) {
  const headers = {
    authorization: `Bearer ${await token()}`,
    'content-type': 'application/json',
    'idempotency-key': 'k',
    ...init.headers,
  }
  const body = init.body ?? '{"size":1}'
  const response = await app.request(path, { method: 'POST', headers, body }, {})
  return { status: response.status, headers: response.headers, body: await response.json() }
}

describe('who may call', () => {
  const bearer = (value: string) => ({ headers: { authorization: value } })

  it.each([
    ['no token', async () => ''],
    ['another scheme', async () => 'Basic eDp5'],
    ['no JWT', async () => 'Bearer x'],
    ['a foreign key', async () => `Bearer ${await token({ key: foreign.privateKey })}`],
    ['an expired one', async () => `Bearer ${await token({ exp: '-1m' })}`],
    ['one for another audience', async () => `Bearer ${await token({ aud: 'other' })}`],
    ['a role that does not exist', async () => `Bearer ${await token({ role: 'god' })}`],
    ['a tampered one', async () => `Bearer ${(await token()).replace(/\.[^.]+\./, '.e30.')}`],
    [
      'alg none',
      async () => {
        const claims = { role: 'admin', sub: 'usr_1', iss: TOKEN_ISSUER, aud: TOKEN_AUDIENCE }
        return `Bearer ${new UnsecuredJWT(claims).setExpirationTime('5m').encode()}x`
      },
    ],
  ])('%s is 401', async (_name, authorization) => {
    const answer = await post('/things/a', bearer(await authorization()))
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthorized' } })
  })

  it('too low a role is 403, before the body is looked at', async () => {
    const authorization = `Bearer ${await token({ role: 'customer' })}`
    const answer = await post('/things/a', { headers: { authorization }, body: 'no json' })
    expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } })
  })

  it('a public route takes a token that does not verify as none', async () => {
    const read = async (authorization: string) =>
      (await app.request('/things', { headers: { authorization } }, {})).json()
    expect(await read('Bearer x.y.z')).toEqual({ who: null })
    expect(await read(`Bearer ${await token()}`)).toEqual({ who: 'usr_1' })
  })
})

describe('a request that is wrong', () => {
  it.each([
    ['another media type', { headers: { 'content-type': 'text/plain' } }, 415],
    ['no JSON', { body: '{' }, 400],
    ['an empty body', { body: '' }, 400],
    ['a field that is wrong', { body: '{"size":0.5}' }, 400],
    ['a key with a space', { headers: { 'idempotency-key': 'a b' } }, 400],
    ['a key that is too long', { headers: { 'idempotency-key': 'k'.repeat(256) } }, 400],
  ])('%s', async (_name, init, status) => {
    expect(await post('/things/a', init)).toMatchObject({ status, body: { status } })
  })

  it('says which field and why, as problem+json', async () => {
    const { headers, body } = await post('/things/a', { body: '{"size":-1}' })
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(body).toMatchObject({
      type: 'https://kiosk.example/problems/validation_failed',
      title: 'The request is not valid',
      code: 'validation_failed',
      requestId: headers.get('x-request-id'),
      errors: [{ path: 'size', message: expect.stringContaining('>0') }],
    })
  })

  it('nowhere is a 404 problem', async () => {
    expect(await post('/nowhere')).toMatchObject({ status: 404, body: { code: 'not_found' } })
  })
})

describe('a failure', () => {
  it('that a refusal explains has its own status', async () => {
    const answer = await post('/things/refus')
    expect(answer).toMatchObject({ status: 409, body: { detail: 'none left' } })
  })

  it('that time cures is 503 with Retry-After', async () => {
    const { status, headers } = await post('/things/busy')
    expect({ status, retryAfter: headers.get('retry-after') }).toEqual({
      status: 503,
      retryAfter: '2',
    })
  })

  it('that is a bug is 500 and tells nothing of it', async () => {
    const { status, body } = await post('/things/bug')
    expect(status).toBe(500)
    expect(JSON.stringify(body)).not.toContain('4242')
  })

  it.each(['D1_ERROR: D1 DB is overloaded. Requests queued for too long.', 'Too Many Requests'])(
    '“%s” from the platform is temporary',
    (message) => {
      const error = new Error('query failed', { cause: new Error(message) })
      expect(toProblem(error)).toMatchObject({ code: 'unavailable' })
    },
  )
})

describe('a body that may be left out', () => {
  const send = (headers: Record<string, string>, body?: string) =>
    app.request('/notes', { method: 'POST', headers, ...(body === undefined ? {} : { body }) }, {})

  it('is empty when it is', async () => {
    expect(await (await send({})).json()).toEqual({ note: null })
    const json = { 'content-type': 'application/json' }
    expect(await (await send(json)).json()).toEqual({ note: null })
  })

  it('is read when it is sent, and refused when it is wrong or no JSON', async () => {
    const json = { 'content-type': 'application/json' }
    expect(await (await send(json, '{"note":"x"}')).json()).toEqual({ note: 'x' })
    expect((await send(json, '{"note":1}')).status).toBe(400)
    expect((await send({ 'content-type': 'text/plain' }, 'x')).status).toBe(415)
  })
})

describe('a shortcut', () => {
  const count = async (query: string, headers: Record<string, string>) => {
    const response = await app.request(`/count${query}`, { headers }, {})
    expect(response.headers.get('x-request-id')).not.toBeNull()
    const { code, count: counted } = await response.json<{ code?: string; count?: number }>()
    return code ?? counted
  }

  it('answers before the input is read, and leaves the rest to the handler', async () => {
    const authorization = `Bearer ${await token()}`
    expect(await count('?from=x', { authorization, 'x-known': '1' })).toBe(0)
    expect(await count('?from=7', { authorization })).toBe(7)
    expect(await count('?from=x', { authorization })).toBe('validation_failed')
  })

  it('answers nobody who may not call', async () => {
    expect(await count('?from=7', { 'x-known': '1' })).toBe('unauthorized')
    const authorization = `Bearer ${await token({ role: 'customer' })}`
    expect(await count('?from=7', { authorization, 'x-known': '1' })).toBe('forbidden')
  })
})

it('is not ready while a check fails', async () => {
  expect((await app.request('/readyz', {}, {})).status).toBe(503)
})

it('a log line of a failed query names the cause, never its parameters', () => {
  const query = new Error('Failed query: insert into users\nparams: ada@example.com')
  Object.assign(query, { params: ['ada@example.com'], cause: new Error('UNIQUE: users.email') })
  const text = JSON.stringify(describeError(new Error('register', { cause: query })))
  expect(text).not.toContain('ada@')
  expect(text).toContain('UNIQUE: users.email')
})

it.each(['', 'x', 'e30', encodeCursor([1, 2]), 'a'.repeat(1000)])(
  'refuses “%s” for a cursor of another list',
  (cursor) => {
    const decode = () => decodeCursor(cursor, z.tuple([z.string()]))
    expect(decode).toThrow(ProblemError)
  },
)

it.each([undefined, '', 'x', `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`])(
  'starts a new trace for the traceparent “%s”',
  (header) => {
    const trace = continueTrace(header)
    expect(trace.traceId).toMatch(/^[0-9a-f]{32}$/)
    expect(trace.traceId).not.toMatch(/^0+$/)
  },
)

it('continues a trace with a span of its own', () => {
  const caller = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
  const trace = continueTrace(caller)
  expect(trace.traceId).toBe('a'.repeat(32))
  expect(trace.spanId).not.toBe('b'.repeat(16))
})
