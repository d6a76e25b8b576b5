import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import {
  createKiosk,
  getOrder,
  getProduct,
  initiatePayment,
  isProblem,
  items,
  type Kiosk,
  type KioskOptions,
  listOrders,
  listProducts,
  pages,
  placeOrder,
  ProblemError,
  refundPayment,
  updateProduct,
} from '@kiosk/client'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { readmeExample } from '../../packages/client/test/readme.ts'
import { eventually, startSystem, type System } from './harness.ts'
import { address, Shop } from './shop.ts'

let system: System
let shop: Shop
let staff: Kiosk

beforeAll(async () => {
  system = await startSystem()
  shop = await Shop.open(system)
  staff = connect(shop.staff.token)
})

function connect(accessToken?: string, options: Partial<KioskOptions> = {}): Kiosk {
  return createKiosk({ baseUrl: system.url.origin, accessToken, ...options })
}

async function customer(options: Partial<KioskOptions> = {}): Promise<Kiosk> {
  return connect((await shop.customer()).token, options)
}

/** A network that loses the first answers after the shop has given them. Tells what it carried. */
function losingAnswers(count: number) {
  const answers: { status: number; key: string | null; isReplay: boolean }[] = []
  async function fetch(request: Request): Promise<Response> {
    const key = request.headers.get('idempotency-key')
    const response = await globalThis.fetch(request)
    const isReplay = response.headers.get('idempotent-replayed') === 'true'
    answers.push({ status: response.status, key, isReplay })
    if (answers.length <= count) throw new TypeError('fetch failed')
    return response
  }
  return { fetch, answers }
}

async function all<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of iterable) found.push(item)
  return found
}

function basket(sku: string, quantity = 1) {
  return { lines: [{ sku, quantity }], shippingAddress: address }
}

describe('the example of the README', () => {
  it('buys something', async () => {
    const sku = await shop.sku(10, { name: `Coffee ${randomUUID().slice(0, 8)}` })
    const { id } = await onlyProduct('coffee')
    const printed = await runInNode(
      readmeExample().replace('http://localhost:8787', system.url.origin),
    )
    const [, number = ''] = /^Coffee \S+: order (\S+), payment succeeded\n$/.exec(printed) ?? []
    expect(number, printed).not.toBe('')

    const order = await eventually(async () => {
      const orders = await all(items(listOrders, { client: staff }))
      const found = orders.find((candidate) => candidate.number === number)
      expect(found).toMatchObject({ status: 'processing', paymentStatus: 'paid' })
      return found
    })
    expect(order?.lines).toMatchObject([{ sku, quantity: 1 }])
    expect(await shop.stock(sku)).toMatchObject({ onHand: 9, reserved: 0 })
    const product = await getProduct({ client: connect(), path: { idOrSlug: id } })
    expect(product.variants).toMatchObject([{ sku }])
  })
})

/** The one product that a search finds, once the catalog has heard of its stock. */
function onlyProduct(q: string) {
  return eventually(async () => {
    const [product, another] = (
      await listProducts({ client: connect(), query: { q, inStock: true } })
    ).items
    expect(another).toBeUndefined()
    if (product === undefined) throw new Error(`no product for "${q}"`)
    return product
  })
}

/** Runs TypeScript as a project of its own would, with the client as its dependency. */
async function runInNode(source: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-example-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'node_modules/@kiosk'), { recursive: true })
  const client = resolve(import.meta.dirname, '../../packages/client')
  symlinkSync(client, join(folder, 'node_modules/@kiosk/client'), 'junction')
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(folder, 'example.ts'), source)
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'example.ts')])
  return stdout
}

describe('repeating', () => {
  it('an order whose answers were lost places one order, and holds its stock once', async () => {
    const sku = await shop.sku(5)
    const { fetch, answers } = losingAnswers(2)
    const ada = await customer({ fetch, retry: { initialDelayMs: 1 } })
    const order = await placeOrder({ client: ada, body: basket(sku) })
    expect(answers.map(({ status, isReplay }) => [status, isReplay])).toEqual([
      [201, false],
      [201, true],
      [201, true],
    ])
    expect(new Set(answers.map(({ key }) => key)).size).toBe(1)
    expect(await all(items(listOrders, { client: ada }))).toMatchObject([{ id: order.id }])
    expect(await shop.stock(sku)).toMatchObject({ reserved: 1 })
  })

  it('a payment and a refund whose answers were lost moves the money once', async () => {
    const sku = await shop.sku(5)
    const ada = await shop.customer()
    const order = await placeOrder({ client: connect(ada.token), body: basket(sku) })
    const paying = connect(ada.token, losingAnswers(1))
    const body = { orderId: order.id, token: 'tok_ok' }
    const payment = await initiatePayment({ client: paying, body })
    const refunding = connect(shop.staff.token, losingAnswers(1))
    const refund = { client: refunding, path: { id: payment.id }, body: { reason: 'broken' } }
    expect(await refundPayment(refund)).toMatchObject({ amount: order.total })
    await expect(refundPayment({ ...refund, client: staff })).rejects.toBeInstanceOf(ProblemError)
  })

  it('calls under one key at once give all callers the same order', async () => {
    const sku = await shop.sku(5)
    const ada = await customer({ retry: { limit: 10 } })
    const call = { client: ada, body: basket(sku), headers: { 'Idempotency-Key': 'double-click' } }
    const orders = await Promise.all([1, 2, 3].map(() => placeOrder(call)))
    expect(new Set(orders.map(({ id }) => id)).size).toBe(1)
    expect(await shop.stock(sku)).toMatchObject({ reserved: 1 })
  })

  it('does not happen to a change without a key: it has taken effect', async () => {
    const { id } = await onlyProduct(await shop.sku(5))
    const { fetch, answers } = losingAnswers(1)
    const call = { path: { idOrSlug: id }, body: { description: 'changed' } }
    const change = updateProduct({ client: connect(shop.staff.token, { fetch }), ...call })
    await expect(change).rejects.toThrow('fetch failed')
    expect(answers).toMatchObject([{ status: 200 }])
    const product = await getProduct({ client: staff, path: { idOrSlug: id } })
    expect(product.description).toBe('changed')
  })
})

describe('a refusal', () => {
  it('names what is short', async () => {
    const sku = await shop.sku(2)
    const error: unknown = await placeOrder({
      client: await customer(),
      body: basket(sku, 3),
    }).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    if (!isProblem(error, 'insufficient_stock')) throw new Error('not refused', { cause: error })
    expect(error.shortages).toEqual([{ sku, requested: 3, available: 2 }])
    expect(error.requestId).toMatch(/^\S+$/)
  })

  it.each([
    ['unauthorized', 401, () => connect()],
    ['forbidden', 403, () => customer()],
    ['precondition_failed', 412, () => staff],
  ])('is %s', async (code, status, client) => {
    const { id } = await onlyProduct(await shop.sku(1))
    const call = { path: { idOrSlug: id }, body: { name: 'New' }, headers: { 'If-Match': '"99"' } }
    const change = updateProduct({ client: await client(), ...call })
    await expect(change).rejects.toMatchObject({ code, status })
  })

  it('says which fields are wrong', async () => {
    const order = placeOrder({ client: await customer(), body: basket('NO-SUCH-SKU', 0) })
    await expect(order).rejects.toMatchObject({
      code: 'validation_failed',
      errors: [{ path: 'lines.0.quantity' }],
    })
  })
})

it('a list is read page by page', async () => {
  const sku = await shop.sku(5)
  const ada = await customer()
  const placed: string[] = []
  for (const _ of [1, 2, 3]) {
    placed.push((await placeOrder({ client: ada, body: basket(sku) })).id)
  }
  const listing = { client: ada, query: { limit: 2 } }
  const read = await all(items(listOrders, listing))
  expect(read.map(({ id }) => id)).toEqual(placed.toReversed())
  const sizes = (await all(pages(listOrders, listing))).map((page) => page.items.length)
  expect(sizes).toEqual([2, 1])
})

it('staff see drafts, others do not', async () => {
  const sku = `SKU-${randomUUID().slice(0, 13)}`
  const variants = [{ sku, options: {}, price: { amountMinor: 100, currency: 'USD' } }]
  const draft = { name: 'Draft', description: '', status: 'draft' as const, variants }
  const { body } = await shop.staff.call<{ id: string }>('/v1/products', { body: draft })
  const path = { idOrSlug: body.id }
  expect(await getProduct({ client: staff, path })).toMatchObject({ status: 'draft' })
  await expect(getProduct({ client: connect(), path })).rejects.toMatchObject({ code: 'not_found' })
})

it('an order that is another’s is not there', async () => {
  const { id } = await placeOrder({ client: await customer(), body: basket(await shop.sku(1)) })
  const order = getOrder({ client: await customer(), path: { id } })
  await expect(order).rejects.toMatchObject({ code: 'not_found', status: 404 })
})
