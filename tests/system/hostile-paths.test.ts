import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Call, CALLS, NOWHERE, type World } from './api.ts'
import { startSystem, type System } from './harness.ts'
import { BAD_CURSORS, BAD_LIMITS, ODD_IDS } from './hostile.ts'
import { errorsSince, expectNoHarm, expectProblem, forEachAtOnce, rawCall } from './problems.ts'
import { idempotencyKey, type Person, Shop } from './shop.ts'

let system: System
let shop: Shop
let ada: Person
let logsBefore: number

beforeAll(async () => {
  system = await startSystem()
  shop = await Shop.open(system)
  ada = await shop.customer()
  logsBefore = system.logs().length
})

function caller({ who }: Call): Person {
  if (who === 'admin') return shop.admin
  return who === 'staff' ? shop.staff : ada
}

const named = CALLS.filter((call) => /\{\w+\}/.test(call.name)).map((call) => ({
  name: call.name,
  call,
}))

describe.concurrent('what is no name in a path', () => {
  it.each(named)('names nothing: $name', async ({ call }) => {
    const headers = {
      authorization: `Bearer ${caller(call).token}`,
      'content-type': 'application/json',
      ...idempotencyKey(),
    }
    const text = call.body && JSON.stringify(call.body(NOWHERE))
    // Stock can be counted of anything that could be a SKU; it is made known by that.
    const isMade = call.name === 'PUT /v1/inventory/{sku}'
    const ids = ODD_IDS.filter((id) => !isMade || !/^[A-Za-z0-9][\w.-]{0,63}$/.test(id))
    await forEachAtOnce(ids, async (id) => {
      const everywhere = Object.fromEntries(Object.keys(NOWHERE).map((key) => [key, id]))
      const path = call.path(everywhere as unknown as World)
      const request = { method: call.method, headers, ...(text && { body: text }) }
      const answer = await rawCall(system, path, request)
      expectProblem(answer, [400, 404])
    })
  })

  it.each(ODD_IDS)('names no provider (%#)', async (id) => {
    const path = `/v1/webhooks/payments/${id}`
    const headers = { 'content-type': 'application/json' }
    const answer = await rawCall(system, path, { method: 'POST', headers, body: '{}' })
    expectProblem(answer, [400, 404])
  })
})

const LISTS: readonly [string, () => Person][] = [
  ['/v1/products', () => ada],
  ['/v1/orders', () => ada],
  ['/v1/orders', () => shop.staff],
  ['/v1/notifications', () => ada],
  ['/v1/users/me/addresses', () => ada],
  ['/v1/inventory', () => shop.staff],
  ['/v1/inventory/{sku}/movements', () => shop.staff],
  ['/v1/users', () => shop.staff],
  ['/v1/ops/dead-letters', () => shop.admin],
]

describe.concurrent('a list', () => {
  let sku: string
  beforeAll(async () => {
    sku = await shop.sku(1)
  })

  it.each(LISTS)('%s refuses limits that are not from 1 to 100 (%#)', async (template, who) => {
    const path = template.replace('{sku}', sku)
    await forEachAtOnce(BAD_LIMITS, async (limit) => {
      const answer = await who().call(`${path}?limit=${encodeURIComponent(limit)}`)
      expect([limit, answer.status]).toEqual([limit, 400])
      expectProblem(answer, 400)
      const { errors } = answer.body as { errors: { path: string }[] }
      expect(errors[0]?.path).toBe('limit')
    })
    for (const limit of [1, 100]) {
      const { status, body } = await who().call(`${path}?limit=${limit}`)
      expect(status).toBe(200)
      expect((body['items'] as unknown[]).length).toBeLessThanOrEqual(limit)
      expect([null, 'string']).toContain(body['nextCursor'] && typeof body['nextCursor'])
    }
    expectNoHarm(await who().call(`${path}?limit=5&limit=6`))
    expectNoHarm(await who().call(`${path}?limit[]=5&limit[x]=6`))
  })

  it.each(LISTS)('%s refuses cursors that it did not give (%#)', async (template, who) => {
    const path = template.replace('{sku}', sku)
    await forEachAtOnce(BAD_CURSORS, async (cursor) => {
      const text = cursor === '%00' ? cursor : encodeURIComponent(cursor)
      const answer = await who().call(`${path}?cursor=${text}`)
      expect([cursor.slice(0, 50), answer.status]).toEqual([cursor.slice(0, 50), 400])
      expectProblem(answer, 400)
    })
  })

  it.each(LISTS)('%s ignores what it does not know (%#)', async (template, who) => {
    const path = template.replace('{sku}', sku)
    const odd = `%00=1&__proto__[x]=1&constructor=1&x=${'y'.repeat(5_000)}&=&&&%ff=%ff&role=admin`
    const answer = await rawCall(system, `${path}?${odd}`, {
      headers: { authorization: `Bearer ${who().token}` },
    })
    if (template === '/v1/users') expectNoHarm(answer)
    else expect(answer.status).toBe(200)
  })

  it.each([
    ['/v1/products?minPriceMinor=-1'],
    ['/v1/products?minPriceMinor=1.5'],
    ['/v1/products?minPriceMinor=abc'],
    ['/v1/products?minPriceMinor=1e3'],
    ['/v1/products?minPriceMinor='],
    ['/v1/products?minPriceMinor=9007199254740993'],
    ['/v1/products?maxPriceMinor=-1'],
    ['/v1/products?maxPriceMinor=Infinity'],
    ['/v1/products?minPriceMinor=2&maxPriceMinor=1'],
    ['/v1/products?currency=usd'],
    ['/v1/products?currency=ZZZ'],
    ['/v1/products?currency='],
    ['/v1/products?inStock=maybe'],
    ['/v1/products?inStock='],
    ['/v1/products?inStock=1'],
    ['/v1/products?sort=evil'],
    ['/v1/products?sort=price;drop'],
    ['/v1/products?sort='],
    ['/v1/products?sort=__proto__'],
    [`/v1/products?category=${'x'.repeat(5_000)}`],
    ['/v1/products?status=evil'],
    ['/v1/orders?status=evil'],
    ['/v1/orders?status='],
    ['/v1/orders?status=__proto__'],
    ['/v1/orders?customerId=x'],
    ['/v1/notifications?channel=fax'],
    ['/v1/notifications?orderId=x'],
    ['/v1/notifications?template=__proto__'],
    ['/v1/inventory?low=maybe'],
    ['/v1/inventory?low='],
    ['/v1/users?role=root'],
    [`/v1/users?q=${'x'.repeat(5_000)}`],
  ])('%s is refused', async (path) => {
    const answer = await shop.staff.call(path)
    expectProblem(answer, 400)
    expect(answer.body).toMatchObject({ code: 'validation_failed' })
  })

  it.each(['%', '%%', '_', '*', "' OR 1=1 --", '\\', '\u0000', '😀', '"', '(', '[a-z]*'])(
    'of users by %j finds nobody, and is no pattern',
    async (q) => {
      const answer = await shop.staff.call(`/v1/users?q=${encodeURIComponent(q)}`)
      expect(answer).toMatchObject({ status: 200, body: { items: [] } })
    },
  )

  it.each(['%', "' OR 1=1 --", '__proto__', '\u0000', '../..', '*', '😀'])(
    'of products of the category %j is empty',
    async (category) => {
      const answer = await ada.call(`/v1/products?category=${encodeURIComponent(category)}`)
      expect(answer).toMatchObject({ status: 200, body: { items: [] } })
    },
  )
})

describe.concurrent('a webhook', () => {
  const path = '/v1/webhooks/payments/simulated'
  const now = () => String(Math.floor(Date.now() / 1000))
  const signed = (id: string, timestamp: string, signature: string) => ({
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signature,
  })

  it.each<[string, () => Record<string, string>]>([
    ['no signature', () => ({})],
    ['an empty one', () => signed('evt_1', now(), '')],
    ['one of another key', () => signed('evt_1', now(), `v1,${'A'.repeat(43)}=`)],
    ['one of another version', () => signed('evt_1', now(), `v0,${'A'.repeat(43)}=`)],
    ['a very long one', () => signed('evt_1', now(), 'v1,'.repeat(2_000))],
    ['no time', () => signed('evt_1', '', 'v1,A')],
    ['an odd time', () => signed('evt_1', 'NaN', 'v1,A')],
    ['an endless time', () => signed('evt_1', '1e400', 'v1,A')],
    ['a time long ago', () => signed('evt_1', '1', 'v1,A')],
    ['an odd id', () => signed('__proto__', now(), 'v1,A')],
  ])('with %s is a 401, whatever it says', async (_, headers) => {
    const bodies = ['', '{', 'null', '[]', '{"__proto__":1}', '\u0000', randomUUID()]
    await forEachAtOnce(bodies, async (body) => {
      const answer = await rawCall(system, path, { method: 'POST', headers: headers(), body })
      expectProblem(answer, 401)
    })
  })

  it('that is too large is a 413', async () => {
    const body = 'x'.repeat(300_000)
    expectProblem(await rawCall(system, path, { method: 'POST', headers: {}, body }), 413)
  })
})

it('none of it was an error to any Worker', () => {
  expect(errorsSince(system, logsBefore)).toEqual([])
})
