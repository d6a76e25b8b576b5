import { randomUUID } from 'node:crypto'
import type { Problem } from '@kiosk/contracts/errors'
import type { ProductView } from '@kiosk/contracts/http/catalog-view'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Call, CALLS, type World } from './api.ts'
import { type ApiAnswer, type ApiRequest, eventually, startSystem, type System } from './harness.ts'
import {
  CONTAINERS,
  fieldsOf,
  HOSTILE_COUNT,
  hostileFor,
  isWrong,
  NO_OBJECTS,
  without,
  withValues,
  WRONG_COUNT,
  wrongFor,
} from './hostile.ts'
import { errorsSince, expectNoHarm, expectProblem, forEachAtOnce, rawCall } from './problems.ts'
import { address, bought, idempotencyKey, order, pay, type Person, placed, Shop } from './shop.ts'

let system: System
let shop: Shop
let ada: Person
let world: World
/** Of a product that stays as it is. */
let sku: string
let logsBefore: number

beforeAll(async () => {
  system = await startSystem()
  shop = await Shop.open(system)
  ada = await shop.customer()
  logsBefore = system.logs().length
  sku = await shop.sku(10_000)
  const victim = await shop.sku(10_000)
  const { payment } = await bought(ada, victim)
  const pending = await placed(ada, victim)
  const { body: home } = await ada.call('/v1/users/me/addresses', { body: address })
  const { body: category } = await shop.staff.call('/v1/categories', {
    body: { name: `Things ${victim}` },
  })
  const { body: reservation } = await shop.staff.call('/v1/reservations', {
    body: { orderId: 'by hand', lines: [{ sku: victim, quantity: 1 }] },
  })
  // The catalog hears of stock by events: what is compared later must have settled.
  const { available } = await shop.stock(victim)
  const product = await eventually(async () => {
    const found = await productOf(victim)
    expect(found).toMatchObject({ variants: [{ stock: { available } }] })
    return String(found?.id)
  })
  world = {
    product,
    sku: victim,
    order: pending.id,
    payment: payment.id,
    address: String(home['id']),
    category: String(category['id']),
    reservation: String(reservation['id']),
    user: ada.id,
    letter: 'dlq_orders_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C',
  }
})

async function productOf(one: string): Promise<ProductView | undefined> {
  const { body } = await shop.staff.call<{ items: ProductView[] }>(`/v1/products?q=${one}`)
  return body.items[0]
}

/** A call with things that exist; what it makes would be new. */
function send(call: Call, request: ApiRequest): Promise<ApiAnswer<unknown>> {
  return caller(call).call(call.path(world), { method: call.method, ...request })
}

function caller({ who }: Call): Person {
  if (who === 'admin') return shop.admin
  return who === 'staff' ? shop.staff : ada
}

/** A valid body. What must be new in it, is. */
function validBody(call: Call): Record<string, unknown> {
  const makes = ['POST /v1/products', 'POST /v1/categories', 'POST /v1/auth/register']
  const sku = makes.includes(call.name) ? `SKU-${randomUUID()}` : world.sku
  return call.body?.({ ...world, sku }) ?? {}
}

const withBody = CALLS.filter(({ body }) => body !== undefined).map((call) => ({
  name: call.name,
  call,
}))

/** Fields that may be left out. */
const OPTIONAL: readonly RegExp[] = [
  /register locale$/,
  / (line2|region|isDefault)$/,
  /shippingAddress\.(line2|region)$/,
  /cancel reason$/,
  /(products|categories)\S* (slug|position|weightGrams|attributes\.colour)$/,
  /variants\.0\.(name|options\.size|weightGrams)$/,
  /lowStockThreshold$/,
  /ttlSeconds$/,
  /(subscriber|service)$/,
  /^PATCH (?!\S+status)(?!\S+users\/\{)\S+ \w+$/,
]
/** Fields that null removes, and one that is of any type. */
const LENIENT = [
  /^PATCH \/v1\/users\/me phone$/,
  /^PATCH \S+addresses\S+ (line2|region)$/,
  /attributes\.colour$/,
]

function isOneOf(patterns: readonly RegExp[], name: string): boolean {
  return patterns.some((pattern) => pattern.test(name))
}

/** The names of the fields that a problem blames. */
function blamed({ body }: ApiAnswer<unknown>): string[] {
  return ((body as Problem).errors ?? []).map(({ path }) => path)
}

/** Everything that bad input could have changed. */
async function snapshot(): Promise<unknown[]> {
  const asked: [Person, string][] = [
    [ada, '/v1/users/me'],
    [ada, '/v1/users/me/addresses?limit=100'],
    [ada, '/v1/orders?limit=100'],
    [ada, `/v1/orders/${world.order}/timeline`],
    [ada, `/v1/payments/${world.payment}`],
    [ada, '/v1/notifications/preferences'],
    [shop.staff, `/v1/products/${world.product}`],
    [shop.staff, '/v1/products?status=draft&limit=100'],
    [shop.staff, `/v1/inventory/${world.sku}`],
    [shop.staff, `/v1/inventory/${world.sku}/movements`],
    [shop.staff, '/v1/categories'],
    [shop.staff, '/v1/users?limit=100'],
  ]
  return Promise.all(
    asked.map(async ([person, path]) => {
      const { status, body } = await person.call(path)
      expect([path, status]).toEqual([path, 200])
      return body
    }),
  )
}

describe('a body', () => {
  let before: unknown[]
  beforeAll(async () => {
    before = await snapshot()
  })

  it.each(withBody)('of $name with wrong values is refused, naming each', async ({ call }) => {
    const body = validBody(call)
    const { values, containers } = fieldsOf(body)
    const strict = values.filter(({ name }) => !isOneOf(LENIENT, `${call.name} ${name}`))
    const wrongValues = Array.from({ length: WRONG_COUNT }, (_, n) => ({
      json: withValues(body, strict, ({ value }, index) => wrongFor(value, n + index)),
      wrong: strict,
    }))
    const levels = Map.groupBy(containers, ({ path }) => path.length).values()
    const wrongContainers = [...levels].flatMap((level) =>
      CONTAINERS.map((value) => {
        const wrong = level.filter((field) => isWrong(field, value))
        return { json: withValues(body, wrong, () => value), wrong }
      }),
    )
    const needed = values.filter(({ name }) => !isOneOf(OPTIONAL, `${call.name} ${name}`))
    const incomplete = { json: without(body, needed), wrong: needed }
    const bodies = [...wrongValues, ...wrongContainers, incomplete]
    await forEachAtOnce(bodies, async ({ json, wrong }) => {
      if (wrong.length === 0) return
      const answer = await send(call, { body: json, headers: idempotencyKey() })
      expectProblem(answer, 400)
      expect(answer.body).toMatchObject({ code: 'validation_failed' })
      expect(blamed(answer)).toEqual(expect.arrayContaining(wrong.map(({ name }) => name)))
    })
  })

  it('that is refused changes nothing', async () => {
    expect(await snapshot()).toEqual(before)
  })

  it.each(withBody)('of $name with hostile values of the right type does no harm', async (row) => {
    const { call } = row
    await forEachAtOnce(Array(HOSTILE_COUNT).keys(), async (n) => {
      const body = validBody(call)
      let fields = fieldsOf(body).values
      // What is refused is taken back, until the rest is taken.
      for (let tries = 0; tries < 2 && fields.length > 0; tries++) {
        const json = withValues(body, fields, ({ value }) => hostileFor(value, n))
        const answer = await send(call, { body: json, headers: idempotencyKey() })
        expectNoHarm(answer)
        if (answer.status !== 400) return
        const guilty = blamed(answer)
        expect(guilty).not.toEqual([])
        fields = fields.filter(({ name }) => !guilty.some((path) => name.startsWith(path)))
      }
    })
  })

  it('that was taken can be read', async () => {
    await snapshot()
    for (const path of ['/v1/inventory?limit=100', '/v1/orders?limit=100', '/v1/products']) {
      expect((await shop.staff.call(path)).status).toBe(200)
    }
  })
})

describe('what is no JSON object', () => {
  it.each(NO_OBJECTS)('is refused, whatever it is instead (%#)', async (body) => {
    const headers = { 'content-type': 'application/json' }
    expectProblem(await rawCall(system, '/v1/auth/login', { method: 'POST', headers, body }), 400)
  })

  it('is refused in any encoding, and never taken apart', async () => {
    for (const encoding of ['gzip', 'br', 'deflate', 'evil']) {
      const headers = { 'content-type': 'application/json', 'content-encoding': encoding }
      for (const body of ['{"email":"a@kiosk.test","password":"x"}', '\u001f\u008b']) {
        expectNoHarm(await rawCall(system, '/v1/auth/login', { method: 'POST', headers, body }))
      }
    }
  })
})

describe('the size of a body', () => {
  const headers = { 'content-type': 'application/json' }
  const login = { email: `${randomUUID()}@kiosk.test`, password: 'x' }

  it('does not matter below the limit, sent in chunks or not', async () => {
    const json = JSON.stringify({ ...login, filler: 'x'.repeat(100_000) })
    const chunks = [json.slice(0, 10), json.slice(10, 90_000), json.slice(90_000)]
    for (const body of [json, chunks]) {
      expectProblem(await rawCall(system, '/v1/auth/login', { method: 'POST', headers, body }), 401)
    }
  })

  it.each([300_000, 2_000_000])('of %i bytes is a 413, sent in chunks or not', async (size) => {
    const part = 'x'.repeat(size / 4)
    for (const body of [part.repeat(4), [part, part, part, part]]) {
      const answer = await rawCall(system, '/v1/auth/login', { method: 'POST', headers, body })
      expectProblem(answer, 413)
    }
  })
})

describe('a polluted body', () => {
  it('gives its sender nothing', async () => {
    const email = `${randomUUID()}@kiosk.test`
    const pollution = '{"role":"admin","isAdmin":true}'
    const body = `{"__proto__":${pollution},"constructor":{"prototype":${pollution}},
      "email":"${email}","password":"a good long password","name":"Eve",
      "deep":${'['.repeat(5_000)}${']'.repeat(5_000)}}`
    const registered = await system.api('/v1/auth/register', { body })
    expect(registered).toMatchObject({ status: 201, body: { user: { role: 'customer' } } })
    const { accessToken: token } = registered.body as { accessToken: string }
    expectProblem(await system.api('/v1/inventory', { token }), 403)
  })
})

describe('a quantity', () => {
  it.each(['0', '-1', '1.5', '1e308', '1e400', '9007199254740993', '1000001', '"1"', 'true'])(
    'of %s is refused in an order and in a reservation',
    async (quantity) => {
      const lines = `[{"sku":"${sku}","quantity":${quantity}}]`
      const before = await shop.stock(sku)
      const placing = `{"lines":${lines},"shippingAddress":${JSON.stringify(address)}}`
      const headers = idempotencyKey()
      expectProblem(await ada.call('/v1/orders', { body: placing, headers }), 400)
      const holding = `{"orderId":"x","lines":${lines}}`
      expectProblem(await shop.staff.call('/v1/reservations', { body: holding }), 400)
      expect(await shop.stock(sku)).toEqual(before)
    },
  )

  it('of the same SKU in several lines is their sum', async () => {
    const scarce = await shop.sku(5)
    const line = (quantity: number) => ({ sku: scarce, quantity })
    const short = await order(ada, [line(3), line(3)])
    expect(short).toMatchObject({
      status: 409,
      body: {
        code: 'insufficient_stock',
        shortages: [{ sku: scarce, requested: 6, available: 5 }],
      },
    })
    const sum = await order(ada, [line(2), line(3)])
    expect(sum).toMatchObject({ status: 201, body: { total: { amountMinor: 5 * 1999 } } })
    expect(await shop.stock(scarce)).toMatchObject({ reserved: 5, available: 0 })
  })

  it('of the greatest size in every line is a shortage, not an overflow', async () => {
    const lines = Array.from({ length: 50 }, () => ({ sku, quantity: 1_000_000 }))
    const answer = await order(ada, lines)
    expectProblem(answer, 409)
    expect(answer.body).toMatchObject({ shortages: [{ sku, requested: 50_000_000 }] })
  })

  it.each([0, 51, 5_000])('of %i lines is refused', async (count) => {
    const lines = Array.from({ length: count }, () => ({ sku, quantity: 1 }))
    expectProblem(await order(ada, lines), 400)
  })

  it('of what is not for sale is a 422', async () => {
    for (const unknown of ['NO-SUCH-SKU', 'constructor', 'toString']) {
      const answer = await order(ada, [{ sku: unknown, quantity: 1 }])
      expectProblem(answer, 422)
      expect(answer.body.code).toBe('unknown_sku')
    }
  })
})

describe('what a client may not decide', () => {
  it('has no effect: prices, totals, owner, status', async () => {
    const one = { amountMinor: 1, currency: 'USD' }
    const line = { sku, quantity: 1, unitPrice: one, price: one, total: one }
    const body = {
      lines: [line],
      shippingAddress: address,
      total: one,
      subtotal: one,
      discount: { amountMinor: 1998, currency: 'USD' },
      customerId: shop.admin.id,
      status: 'processing',
      paymentStatus: 'paid',
      id: 'ord_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C',
    }
    const answer = await ada.call('/v1/orders', { body, headers: idempotencyKey() })
    expect(answer).toMatchObject({
      status: 201,
      body: {
        customerId: ada.id,
        status: 'pending',
        paymentStatus: 'unpaid',
        total: { amountMinor: 1999 },
        discount: { amountMinor: 0 },
      },
    })
    const orderId = String(answer.body['id'])
    const paying = { orderId, token: 'tok_ok', amount: one, status: 'succeeded', customerId: 'x' }
    const paid = await ada.call('/v1/payments', { body: paying, headers: idempotencyKey() })
    expect(paid).toMatchObject({ status: 201, body: { amount: { amountMinor: 1999 } } })
  })
})

describe('a card', () => {
  it.each(['', 'x'.repeat(256), 'x'.repeat(10_000)])(
    'token of a wrong length is refused (%#)',
    async (token) => {
      const { id } = await placed(ada, sku)
      expectProblem(await pay(ada, id, token), 400)
    },
  )

  it.each(['tok_unknown', 'TOK_OK', 'tok_ok ', '__proto__', '\u0000😀'])(
    'token %j that the provider does not know charges nothing',
    async (token) => {
      const { id } = await placed(ada, sku)
      const answer = await pay(ada, id, token)
      expectNoHarm(answer)
      expect(['succeeded', 'requires_action']).not.toContain(answer.body.status)
    },
  )
})

describe('an Idempotency-Key', () => {
  it.each(['', ' ', 'a b', 'x'.repeat(256), 'x'.repeat(5_000), 'ä', 'a\tb'])(
    'like %j is refused',
    async (key) => {
      expectProblem(await order(ada, [{ sku, quantity: 1 }], { 'idempotency-key': key }), 400)
    },
  )

  it('with another body is a 422, and with the same one the same answer', async () => {
    const headers = idempotencyKey()
    const first = await order(ada, [{ sku, quantity: 1 }], headers)
    const again = await order(ada, [{ sku, quantity: 1 }], headers)
    expect(again.status).toBe(201)
    expect(again.body).toEqual(first.body)
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    const other = await order(ada, [{ sku, quantity: 2 }], headers)
    expectProblem(other, 422)
    expect(other.body.code).toBe('idempotency_key_reused')
  })
})

it('none of it was an error to any Worker', () => {
  expect(errorsSince(system, logsBefore)).toEqual([])
})
