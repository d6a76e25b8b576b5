import { ROUTES } from '@kiosk/contracts/http/index'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Call, CALLS, NOWHERE } from './api.ts'
import { type ApiRequest, startSystem, type System } from './harness.ts'
import { expectProblem, rawCall } from './problems.ts'
import { idempotencyKey, type Person, Shop } from './shop.ts'

const KB = 1024
const OVERSIZED = 'x'.repeat(300 * KB)

let system: System
let shop: Shop
/** Somebody of each role whom nobody else needs. */
let people: Record<'customer' | 'staff' | 'admin', Person>

beforeAll(async () => {
  system = await startSystem()
  shop = await Shop.open(system)
  people = {
    customer: await shop.customer(),
    staff: await shop.member('staff'),
    admin: await shop.member('admin'),
  }
})

function send(call: Call, request: ApiRequest) {
  return system.api(call.path(NOWHERE), { method: call.method, ...request })
}

/** The call with every kind of body that must not change who may make it. */
async function withAnyBody(call: Call, headers: Record<string, string>, status: number) {
  const bodies = call.method === 'GET' ? [] : [call.body?.(NOWHERE) ?? {}]
  const text = { ...headers, 'content-type': 'text/plain' }
  const answers = await Promise.all([
    send(call, { headers }),
    ...bodies.map((body) => send(call, { headers, body })),
    ...(bodies.length > 0 ? [send(call, { headers: text, body: OVERSIZED })] : []),
  ])
  for (const answer of answers) expectProblem(answer, status)
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const whoMay = (call: Call) => ({ name: call.name, call })
const guarded = CALLS.filter(({ who }) => who !== 'anyone')
const forStaff = CALLS.filter(({ who }) => who === 'staff' || who === 'admin')
const forAdmin = CALLS.filter(({ who }) => who === 'admin')
const withBody = CALLS.filter(({ body }) => body !== undefined)

/** A path without the names that each side gives its parameters. */
const shape = (path: string) => path.replaceAll(/\{\w+\}|simulated$/g, '{}')

it('the calls tested here are all calls of the contract', () => {
  const contract = Object.values(ROUTES)
    .flat()
    .map(({ method, path }) => `${method.toUpperCase()} ${shape(path)}`)
  expect(CALLS.map(({ name }) => shape(name)).toSorted()).toEqual(contract.toSorted())
})

describe.concurrent('who may call', () => {
  it.each(guarded.map(whoMay))('$name is a 401 for nobody, whatever is sent', async ({ call }) => {
    await withAnyBody(call, idempotencyKey(), 401)
  })

  it.each(forStaff.map(whoMay))('$name is a 403 for a customer', async ({ call }) => {
    await withAnyBody(call, { ...bearer(people.customer.token), ...idempotencyKey() }, 403)
  })

  it.each(forAdmin.map(whoMay))('$name is a 403 for staff', async ({ call }) => {
    await withAnyBody(call, { ...bearer(people.staff.token), ...idempotencyKey() }, 403)
  })

  it.each(CALLS.filter(({ name }) => name !== 'DELETE /v1/users/me').map(whoMay))(
    '$name is open to its role and those above it',
    async ({ call }) => {
      const above = { anyone: 0, customer: 0, staff: 1, admin: 2 }[call.who]
      const tokens = [people.customer.token, people.staff.token, people.admin.token].slice(above)
      const callers = call.who === 'anyone' ? [{}, ...tokens.map(bearer)] : tokens.map(bearer)
      const answers = await Promise.all(callers.map((headers) => send(call, { headers })))
      for (const { status, body } of answers) {
        expect(status).toBeLessThan(500)
        const code = (body as { code?: string } | null)?.code
        expect(['forbidden', 'unauthorized']).not.toContain(code)
      }
    },
  )

  it.each(['/openapi.json', '/openapi/orders.json', '/docs', '/healthz', '/readyz'])(
    'GET %s is open to everybody, even with a bad token',
    async (path) => {
      expect((await system.api(path)).status).toBe(200)
      expect((await system.api(path, { token: 'x' })).status).toBe(200)
    },
  )
})

describe.concurrent('what is wrong with a call is told in one order', () => {
  function asItsRole(call: Call): Record<string, string> {
    return call.who === 'anyone' ? {} : bearer(people[call.who].token)
  }

  it.each(withBody.map(whoMay))(
    '$name: the body’s size and type, then the input, then what it names',
    async ({ call }) => {
      const headers = { ...asItsRole(call), ...idempotencyKey() }
      const text = { ...headers, 'content-type': 'text/plain' }
      const none = { ...headers, 'content-type': '' }
      const refusals: [ApiRequest, number[]][] = [
        [{ headers, body: OVERSIZED }, [413]],
        [{ headers: text, body: '{' }, [415]],
        ...['', '{', '[]', 'null']
          .filter((body) => !call.isBodyOptional || body !== '')
          .map((body): [ApiRequest, number[]] => [{ headers, body }, [400]]),
        ...(call.isBodyOptional ? [] : [[{ headers: none }, [400, 415]] as [ApiRequest, number[]]]),
      ]
      await Promise.all(
        refusals.map(async ([request, statuses]) =>
          expectProblem(await send(call, request), statuses),
        ),
      )
    },
  )

  it.each(CALLS.filter(({ isKeyed }) => isKeyed).map(whoMay))(
    '$name without an Idempotency-Key is a 400, before what it names is looked for',
    async ({ call }) => {
      const headers = asItsRole(call)
      const answer = await send(call, { headers, body: call.body?.(NOWHERE) })
      expectProblem(answer, 400)
      expect(answer.body).toMatchObject({ code: 'idempotency_key_required' })
    },
  )

  const named = CALLS.filter(({ name }) => /\{(?!sku)/.test(name))
  it.each(named.map(whoMay))('$name of something that is not there is a 404', async ({ call }) => {
    const body = call.body?.(NOWHERE)
    const headers = { ...asItsRole(call), ...idempotencyKey(), 'if-match': '"7"' }
    expectProblem(await send(call, { headers, ...(body && { body }) }), 404)
  })

  it('a product with another version is a 412 before its slug is a 409', async () => {
    const [taken, sku] = [await shop.sku(1), await shop.sku(1)]
    const found = await shop.staff.call<{ items: { id: string; slug: string }[] }>(
      `/v1/products?q=${taken}`,
    )
    const slug = found.body.items[0]?.slug
    const own = await shop.staff.call<{ items: { id: string }[] }>(`/v1/products?q=${sku}`)
    const path = `/v1/products/${own.body.items[0]?.id}`
    const stale = { 'if-match': '"99"' }
    const patch = (headers: Record<string, string>, body: unknown) =>
      shop.staff.call(path, { method: 'PATCH', headers, body })
    expectProblem(await patch(stale, { slug: 'Not A Slug' }), 400)
    expectProblem(await patch(stale, { slug }), 412)
    expectProblem(await patch({}, { slug }), 409)
  })
})

describe.concurrent('paths', () => {
  it.each([
    '/internal',
    '/internal/',
    '/internal/dead-letters',
    '/internal/republish',
    '/v1/internal/dead-letters',
    '/%69nternal/dead-letters',
    '/internal%2Fdead-letters',
    '/INTERNAL/dead-letters',
    '//internal/dead-letters',
    '/./internal/dead-letters',
    '/v1/../internal/dead-letters',
    '/v1/orders/../../internal/dead-letters',
    '/v1/orders/%2e%2e/%2e%2e/internal/dead-letters',
    '/v1/orders/..%2f..%2finternal%2fdead-letters',
    '/v1/orders/%2e%2e%2f%2e%2e%2finternal%2frepublish',
    '/v1/orders/..\\..\\internal\\dead-letters',
    '/v1/products/..;/internal/dead-letters',
    '/internal/dead-letters?x=/v1/orders',
    '/internal/dead-letters#/v1/orders',
    '/',
    '/v1',
    '/v1/',
    '/v2/orders',
    '/v1/unknown',
    '/v1/orders/',
    `/v1/orders/${NOWHERE.order}/unknown`,
    '/.env',
    '/.git/config',
    '/wp-admin.php',
    '/openapi/unknown.json',
    '/openapi/__proto__.json',
    '/docs/../wrangler.toml',
    '/v1/webhooks/payments/unknown/x',
  ])('there is nothing at %s, not even for an admin', async (path) => {
    for (const method of ['GET', 'POST']) {
      const headers = { ...bearer(shop.admin.token), 'content-type': 'application/json' }
      const body = method === 'POST' ? { body: '{}' } : {}
      const answer = await rawCall(system, path, { method, headers, ...body })
      expectProblem(answer, method === 'GET' ? 404 : [404, 405])
    }
  })

  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE']
  const paths = Map.groupBy(CALLS, ({ name }) => name.split(' ')[1] ?? '')
  it.each([...paths].map(([path, calls]) => ({ path, calls })))(
    'another method at $path is a 405 that names those there are',
    async ({ path, calls }) => {
      const known = calls.map(({ method }): string => method)
      // What is a name here may be a word elsewhere: /v1/users/me is also /v1/users/{id}.
      if (path === '/v1/users/me') known.push('PATCH')
      const url = calls[0]?.path(NOWHERE) ?? ''
      const others = methods.filter((name) => !known.includes(name))
      const headers = bearer(shop.admin.token)
      const answers = await Promise.all(
        others.map((method) => rawCall(system, url, { method, headers })),
      )
      for (const answer of answers) {
        expectProblem(answer, 405)
        const allowed = answer.headers.get('allow')?.split(/, */)
        expect(allowed).toEqual(expect.arrayContaining(known))
      }
    },
  )
})
