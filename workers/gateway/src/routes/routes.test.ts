import { type ContractRoute, ROUTES } from '@kiosk/contracts/http/index'
import { metaRoutes } from '@kiosk/contracts/http/meta'
import { type DeadLetterView } from '@kiosk/contracts/http/ops'
import { describe, expect, it } from 'vitest'
import { bearer } from '../../../../tests/support/tokens.ts'
import { gateway, USER } from '../../test/world.ts'
import { type Service, SERVICES } from '../deps.ts'

async function asAdmin(init: RequestInit = {}): Promise<RequestInit> {
  const headers = { authorization: await bearer(USER, 'admin'), 'content-type': 'application/json' }
  return { ...init, headers }
}

function answersOf<T>(services: readonly Service[], answer: (service: Service) => T) {
  return Object.fromEntries(services.map((service) => [service, answer(service)]))
}

describe('readiness', () => {
  const ready = () => Response.json({ status: 'ready', checks: { migrated: true } })

  it('is what every Worker says of itself', async () => {
    const response = await gateway(answersOf(SERVICES, () => ready))('/readyz')
    expect(response.status).toBe(200)
    const each = { ready: true, checks: { migrated: true } }
    expect(await response.json()).toEqual({
      status: 'ready',
      services: answersOf(SERVICES, () => each),
    })
  })

  it.each([
    [
      'is not ready',
      () => Response.json({ checks: { migrated: false } }, { status: 503 }),
      { migrated: false },
    ],
    ['answers something else', () => new Response('hello'), {}],
    ['does not answer', () => new Promise<Response>(() => {}), {}],
  ])('is 503 when one Worker %s', async (_, orders, checks) => {
    const answers = { ...answersOf(SERVICES, () => ready), orders }
    const response = await gateway(answers, { READY_TIMEOUT_MS: '50' })('/readyz')
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1'])
    const body = await response.json<{ status: string; services: Record<Service, unknown> }>()
    expect(body.status).toBe('not_ready')
    expect(body.services.orders).toEqual({ ready: false, checks })
    expect(body.services.catalog).toMatchObject({ ready: true })
  })

  it('leaves health alone', async () => {
    const response = await gateway({ orders: () => new Response('', { status: 500 }) })('/healthz')
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }])
  })
})

describe('documents', () => {
  interface Document {
    openapi: string
    paths: Record<string, Record<string, { operationId: string; security: unknown }>>
    components: { securitySchemes: unknown; schemas: Record<string, unknown> }
  }

  async function document(path: string): Promise<Document> {
    const response = await gateway()(path)
    expect(response.headers.get('content-type')).toBe('application/json')
    return response.json()
  }

  function operationsOf({ paths }: Document): string[] {
    const operations = Object.values(paths).flatMap((path) => Object.values(path))
    return operations.map(({ operationId }) => operationId).toSorted()
  }

  function idsOf(routes: readonly ContractRoute[]): string[] {
    return routes.map(({ operationId }) => operationId).toSorted()
  }

  it('name every operation once', async () => {
    const merged = await document('/openapi.json')
    expect(merged.openapi).toBe('3.1.0')
    const ids = operationsOf(merged)
    expect(ids).toEqual(idsOf([...Object.values(ROUTES).flat(), ...metaRoutes]))
    expect(new Set(ids).size).toBe(ids.length)
  })

  it.each(Object.keys(ROUTES) as (keyof typeof ROUTES)[])('tell of %s alone', async (service) => {
    const own = service === 'gateway' ? metaRoutes : []
    const expected = idsOf([...ROUTES[service], ...own])
    expect(operationsOf(await document(`/openapi/${service}.json`))).toEqual(expected)
  })

  it('say who may call', async () => {
    const { paths, components } = await document('/openapi.json')
    expect(components.securitySchemes).toMatchObject({ bearer: { scheme: 'bearer' } })
    expect(paths['/v1/orders']?.['post']?.security).toEqual([{ bearer: [] }])
    expect(paths['/v1/categories']?.['get']?.security).toEqual([])
    // Staff see more than others.
    expect(paths['/v1/products']?.['get']?.security).toEqual([{}, { bearer: [] }])
  })

  it('tell of events, too', async () => {
    const response = await gateway()('/asyncapi.json')
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toMatchObject({
      asyncapi: '3.0.0',
      channels: { orders: { address: 'kiosk-orders' } },
    })
  })
})

describe('the reference', () => {
  it('is made of files from here only', async () => {
    const page = await (await gateway()('/docs')).text()
    const files = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file ?? '')
    expect(files.length).toBe(4)
    for (const file of files) {
      expect(file).toMatch(/^\/docs\//)
      const response = await gateway()(file)
      expect([file, response.status]).toEqual([file, 200])
      expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(50)
    }
  })

  it('may run scripts from here and nothing else', async () => {
    for (const path of ['/docs', '/docs/start.js', '/docs/swagger-ui-bundle.js']) {
      const policy = (await gateway()(path)).headers.get('content-security-policy')
      expect(policy).toContain("script-src 'self';")
    }
  })
})

describe('dead letters', () => {
  /** ULIDs in rising order, none of them of two Workers. */
  const ulid = (n: number) => `01JD8Z6Q3N4V5W6X7Y8Z9A${String(n).padStart(4, '0')}`
  const HEARING = ['catalog', 'inventory', 'orders', 'payments', 'notifications'] as const

  function letter(service: Service, n: number): DeadLetterView {
    return {
      id: `dlq_${service}_${ulid(n)}`,
      service,
      eventId: 'evt_1',
      type: 'order.placed',
      event: {},
      error: {},
      attempts: 9,
      firstFailedAt: '2026-11-20T11:55:00.000Z',
      lastFailedAt: '2026-11-20T12:00:00.000Z',
      deadAt: '2026-11-20T12:00:00.000Z',
      replayedAt: null,
      replays: 0,
      history: [{ at: '2026-11-20T12:00:00.000Z', what: 'died', attempts: 9, error: {} }],
    }
  }

  /** Each Worker with every fifth letter of `count`, paging as kit's internal route does. */
  function withLetters(count: number) {
    const numbers = Array.from({ length: count }, (_, n) => n)
    return answersOf(HEARING, (service) => (request: Request) => {
      const url = new URL(request.url)
      expect(request.headers.get('authorization')).toMatch(/^Bearer /)
      const before = url.searchParams.get('before') ?? '~'
      const own = numbers.filter((n) => n % HEARING.length === HEARING.indexOf(service as 'orders'))
      const older = own.map((n) => letter(service, n)).filter(({ id }) => id < before)
      return Response.json(older.toReversed().slice(0, Number(url.searchParams.get('limit'))))
    })
  }

  interface Page {
    items: DeadLetterView[]
    nextCursor: string | null
  }

  it.each([1, 3, 20, 100])('are one list, newest first, in pages of %i', async (limit) => {
    const send = gateway(withLetters(43))
    const ids: string[] = []
    let cursor = ''
    for (let page = 0; page < 50; page++) {
      const query = new URLSearchParams({ limit: String(limit), ...(cursor && { cursor }) })
      const { items, nextCursor } = await (
        await send(`/v1/ops/dead-letters?${query.toString()}`, await asAdmin())
      ).json<Page>()
      ids.push(...items.map(({ id }) => id.slice(-26)))
      if (nextCursor === null) break
      expect(items.length).toBe(limit)
      cursor = nextCursor
    }
    expect(ids).toEqual(Array.from({ length: 43 }, (_, n) => ulid(42 - n)))
  })

  it('are an empty list when there are none', async () => {
    const response = await gateway(withLetters(0))('/v1/ops/dead-letters', await asAdmin())
    expect(await response.json()).toEqual({ items: [], nextCursor: null })
  })

  it('are not shown in part: one Worker that fails is 503', async () => {
    const answers = { ...withLetters(5), orders: () => new Response('', { status: 500 }) }
    const response = await gateway(answers)('/v1/ops/dead-letters', await asAdmin())
    expect([response.status, response.headers.has('retry-after')]).toEqual([503, true])
  })

  it.each(['limit=0', 'limit=101', 'limit=x', 'cursor=x', 'cursor=WzFd', 'cursor='])(
    'refuse the query %s',
    async (query) => {
      const send = gateway(withLetters(5))
      const response = await send(`/v1/ops/dead-letters?${query.toString()}`, await asAdmin())
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ code: 'validation_failed' })
    },
  )

  it('are asked of one service, of one type, in one state', async () => {
    const asked: string[] = []
    const orders = (request: Request) => {
      asked.push(new URL(request.url).search)
      return Response.json([letter('orders', 1)])
    }
    const query = 'service=orders&type=payment.failed&state=replayed'
    const response = await gateway({ orders })(`/v1/ops/dead-letters?${query}`, await asAdmin())
    expect(await response.json()).toMatchObject({ items: [{ service: 'orders' }] })
    expect(asked).toEqual(['?limit=21&state=replayed&type=payment.failed'])
  })

  it.each(['service=gateway', 'service=users', 'state=x', 'type='])(
    'refuse the filter %s',
    async (query) => {
      const response = await gateway()(`/v1/ops/dead-letters?${query}`, await asAdmin())
      expect(response.status).toBe(400)
    },
  )

  it('of a type are replayed by every Worker that hears, or by the one that is named', async () => {
    const asked: string[] = []
    const answers = answersOf(HEARING, (service) => async (request: Request) => {
      asked.push(`${service} ${new URL(request.url).pathname} ${await request.text()}`)
      return Response.json({ replayed: 100, remaining: 3 }, { status: 202 })
    })
    const send = gateway(answers)
    const replay = async (body: object) => {
      const init = await asAdmin({ method: 'POST', body: JSON.stringify(body) })
      const response = await send('/v1/ops/dead-letters/replay', init)
      return [response.status, await response.json()]
    }
    expect(await replay({ type: 'a.b' })).toEqual([202, { replayed: 500, remaining: 15 }])
    expect(asked.toSorted()).toEqual(
      HEARING.map((name) => `${name} /internal/dead-letters/replay {"type":"a.b"}`).toSorted(),
    )
    const one = { type: 'a.b', service: 'payments' }
    expect(await replay(one)).toEqual([202, { replayed: 100, remaining: 3 }])
    expect(asked).toHaveLength(6)
  })

  it.each(['{}', '{"type":""}', '{"type":"a.b","service":"users"}', '{"type":1}'])(
    'are not replayed for the body %s',
    async (body) => {
      const init = await asAdmin({ method: 'POST', body })
      expect((await gateway()('/v1/ops/dead-letters/replay', init)).status).toBe(400)
    },
  )

  it('are replayed by the Worker that their id names', async () => {
    const calls: string[] = []
    const orders = (request: Request) => {
      calls.push(`${request.method} ${request.url}`)
      return Response.json(letter('orders', 1))
    }
    const id = letter('orders', 1).id
    const post = await asAdmin({ method: 'POST' })
    const response = await gateway({ orders })(`/v1/ops/dead-letters/${id}/replay`, post)
    expect(await response.json()).toMatchObject({ id })
    expect(calls).toEqual([`POST http://orders/internal/dead-letters/${id}/replay`])
  })

  it.each([
    `dlq_gateway_${ulid(1)}`,
    `dlq_users_${ulid(1)}`,
    `dlq_constructor_${ulid(1)}`,
    'dlq_orders_x',
    'x',
    `dlq_orders_${ulid(1)}%2F..`,
  ])('that no Worker can have are 404: %s', async (id) => {
    const post = await asAdmin({ method: 'POST' })
    const response = await gateway()(`/v1/ops/dead-letters/${id}/replay`, post)
    expect(response.status).toBe(404)
  })

  it('that the Worker does not know are 404', async () => {
    const orders = () => Response.json({ code: 'not_found' }, { status: 404 })
    const path = `/v1/ops/dead-letters/${letter('orders', 1).id}/replay`
    const response = await gateway({ orders })(path, await asAdmin({ method: 'POST' }))
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ code: 'not_found' })
  })
})

describe('republishing', () => {
  const SAYING = ['catalog', 'inventory', 'orders', 'payments', 'users'] as const

  it('asks every Worker that says events, and sums', async () => {
    const bodies: unknown[] = []
    const answers = answersOf(SAYING, () => async (request: Request) => {
      expect(new URL(request.url).pathname).toBe('/internal/republish')
      bodies.push(await request.json())
      return Response.json({ republished: 2 }, { status: 202 })
    })
    const body = { since: '2026-11-20T12:00:00.000Z', subscriber: 'orders' }
    const init = await asAdmin({ method: 'POST', body: JSON.stringify(body) })
    const response = await gateway(answers)('/v1/ops/republish', init)
    expect([response.status, await response.json()]).toEqual([202, { republished: 10 }])
    expect(bodies).toEqual(SAYING.map(() => body))
  })

  it.each(['{}', '{', '[]', '{"since":"yesterday"}', '{"since":1}'])(
    'refuses the body %s',
    async (body) => {
      const response = await gateway()('/v1/ops/republish', await asAdmin({ method: 'POST', body }))
      expect(response.status).toBe(400)
    },
  )
})
