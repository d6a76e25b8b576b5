import { createExecutionContext } from 'cloudflare:test'
import { describe, expect, it, vi } from 'vitest'
import { bearer } from '../../../../tests/support/tokens.ts'
import {
  addProduct,
  addPriced,
  call,
  env,
  freshSku,
  hear,
  outcomeOf,
  stockChanged,
  usd,
} from '../../test/client.ts'
import { app } from '../app.ts'
import type { Deps } from '../deps.ts'
import type { Env } from '../env.ts'

/** What a visitor is answered, from wherever it comes. */
async function visit(path: string): Promise<string> {
  return (await call(`GET ${path}`)).text()
}

/** A visitor of an isolate that counts how often it has to read the database. */
function isolate(change: Partial<Env> = {}) {
  let reads = 0
  const counted = <T extends D1Database>(db: T): T =>
    new Proxy(db, {
      get(target, name) {
        if (name === 'prepare') reads += 1
        const value: unknown = Reflect.get(target, name, target)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  const own: Env = { ...env, DB: counted(env.DB), ...change }
  return async (path: string, headers: Record<string, string> = {}) => {
    const before = reads
    const response = await app.request(path, { headers }, own, createExecutionContext())
    const body = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      body,
      fromMemory: reads === before,
    }
  }
}

/** Visits until it is answered from memory: an edit may still be ending. */
async function settle(get: ReturnType<typeof isolate>, path: string) {
  for (let attempt = 0; attempt < 50; attempt++) {
    const answer = await get(path)
    if (answer.fromMemory) return answer
  }
  throw new Error('it is never kept')
}

async function edit(id: string, body: Record<string, unknown>) {
  expect((await call(`PATCH /v1/products/${id}`, { as: 'staff', body })).status).toBe(200)
}

describe('a page that was answered before', () => {
  it('is answered again without the database, with the same headers', async () => {
    const { slug } = await addProduct()
    const get = isolate()
    for (const path of [`/v1/products/${slug}`, `/v1/products?q=${slug}`]) {
      const first = await get(path)
      const again = await settle(get, path)
      expect(again.body).toBe(first.body)
      for (const name of ['content-type', 'etag']) {
        expect(again.headers.get(name)).toBe(first.headers.get(name))
      }
    }
  })

  it('is logged by the gateway alone', async () => {
    const { slug } = await addProduct()
    const get = isolate()
    const log = vi.spyOn(console, 'log').mockReturnValue()
    await get(`/v1/products/${slug}`)
    expect(log).toHaveBeenCalledOnce()
    await settle(get, `/v1/products/${slug}`)
    log.mockClear()
    expect((await get(`/v1/products/${slug}`)).fromMemory).toBe(true)
    expect(log).not.toHaveBeenCalled()
  })

  it('is another one for another query, currency, page or name', async () => {
    const sku = freshSku()
    const { id, slug } = await addProduct({ variants: [{ sku, price: usd(1) }] })
    const get = isolate()
    const paths = ['', '&currency=EUR', '&limit=1', '&inStock=true', '&sort=price'].map(
      (more) => `/v1/products?q=${sku}${more}`,
    )
    for (const path of [...paths, `/v1/products/${id}`, `/v1/products/${slug}`]) {
      expect((await get(path)).fromMemory).toBe(false)
      expect((await settle(get, path)).body).toBe(await visit(path))
    }
    expect((await get(`/v1/products?q=${sku}&currency=EUR`)).body).toContain('"items":[]')
  })

  it('is not answered after an edit, in any isolate that kept it', async () => {
    const sku = freshSku()
    const { id } = await addPriced(sku, 1_000)
    const isolates = [isolate(), isolate()]
    const paths = [`/v1/products/${id}`, `/v1/products?q=${sku}`]
    for (const price of [2_000, 3_000, 4_000]) {
      for (const get of isolates) for (const path of paths) await settle(get, path)
      const { variants } = JSON.parse(await visit(`/v1/products/${id}`)) as {
        variants: { sku: string }[]
      }
      await edit(id, { variants: [{ sku: variants[0]?.sku, price: usd(price) }] })
      for (const get of isolates) {
        for (const path of paths) expect((await get(path)).body).toContain(`"amountMinor":${price}`)
      }
    }
  })

  it('is not answered after a new product, an archived one', async () => {
    const word = freshSku()
    const path = `/v1/products?q=${word}`
    const get = isolate()
    const countNow = async () => (JSON.parse((await get(path)).body) as { items: [] }).items.length
    await settle(get, path)
    const { id } = await addProduct({ name: word })
    expect(await countNow()).toBe(1)
    await settle(get, path)
    expect(await outcomeOf(`DELETE /v1/products/${id}`, { as: 'staff' })).toBe('204')
    expect(await countNow()).toBe(0)
    expect((await get(`/v1/products/${id}`)).status).toBe(404)
  })

  it('shows stock as soon as it was heard of, and is kept when that of others moves', async () => {
    const [sku, other] = [freshSku(), freshSku()]
    const { id } = await addProduct({ variants: [{ sku, price: usd(1) }] })
    await addProduct({ variants: [{ sku: other, price: usd(1) }] })
    await hear(stockChanged(sku, 5, 1))
    await hear(stockChanged(other, 5, 1))
    const get = isolate()
    const [detail, list] = [`/v1/products/${id}`, `/v1/products?q=${sku}`]
    for (const path of [detail, list]) await settle(get, path)
    await hear(stockChanged(other, 4, 2))
    for (const path of [detail, list]) expect((await get(path)).fromMemory).toBe(true)
    await hear(stockChanged(sku, 4, 2))
    for (const path of [detail, list]) expect((await get(path)).body).toContain('"available":4')
    await settle(get, list)
    await hear(stockChanged(other, 0, 3))
    expect((await get(list)).fromMemory, 'what is in stock is counted anew').toBe(false)
  })
})

describe('what is not for everybody', () => {
  it('is neither kept nor answered to others: a draft, and what only staff may list', async () => {
    const name = freshSku()
    const { id } = await addProduct({ name, status: 'draft' })
    const get = isolate()
    const staff = { authorization: await bearer('usr_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C', 'staff') }
    const drafts = `/v1/products?q=${name}&status=draft`
    for (let visits = 0; visits < 3; visits++) {
      expect((await get(`/v1/products/${id}`, staff)).status).toBe(200)
      expect((await get(`/v1/products/${id}`)).status).toBe(404)
      expect((await get(drafts, staff)).body).toContain(id)
      expect((await get(drafts)).status).toBe(401)
      expect((await get(`/v1/products?q=${name}`)).body).not.toContain(id)
    }
  })

  it('is gone for everybody once it is a draft again', async () => {
    const { id } = await addProduct()
    const get = isolate()
    await settle(get, `/v1/products/${id}`)
    await edit(id, { status: 'draft' })
    expect((await get(`/v1/products/${id}`)).status).toBe(404)
  })
})

describe('when the object that counts changes does not answer', () => {
  const down = { getByName: () => ({ newsSince: () => Promise.reject(new Error('down')) }) }

  it('reads come from the database', async () => {
    const { id } = await addProduct()
    const get = isolate({ RELAY: down as unknown as Env['RELAY'] })
    for (let visits = 0; visits < 3; visits++) {
      const { status, fromMemory } = await get(`/v1/products/${id}`)
      expect({ status, fromMemory }).toEqual({ status: 200, fromMemory: false })
    }
  })
})

describe('while an edit is going on', () => {
  it('nothing is answered from memory, and nothing kept', async () => {
    const { id } = await addProduct()
    const get = isolate()
    await settle(get, `/v1/products/${id}`)
    const relay: ReturnType<Deps['relay']> = env.RELAY.getByName('relay')
    const edit = await relay.beginEdit()
    for (let visits = 0; visits < 3; visits++) {
      expect((await get(`/v1/products/${id}`)).fromMemory).toBe(false)
    }
    await relay.endEdit(edit)
    await settle(get, `/v1/products/${id}`)
  })
})
