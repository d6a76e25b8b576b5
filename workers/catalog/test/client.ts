import { ProductPage, ProductView } from '@kiosk/contracts/http/catalog-view'
import type { CategoryNode, CategoryView } from '@kiosk/contracts/http/categories'
import type { Role } from '@kiosk/contracts/primitives/role'
import { newEvent } from '@kiosk/kit/events'
import { newId } from '@kiosk/kit/ids'
import { env as bindings, exports } from 'cloudflare:workers'
import { bearer } from '../../../tests/support/tokens.ts'
import { createDeps } from '../src/deps.ts'
import type { Env } from '../src/env.ts'
import { handlers } from '../src/events/index.ts'

/** The bindings of the Worker under test. */
export const env = bindings as unknown as Env

interface Call {
  readonly body?: unknown
  /** Who calls; nobody, if it is left out. */
  readonly as?: Role
  readonly headers?: Record<string, string>
}

export const asStaff = { as: 'staff' } as const

/** Calls the Worker: `call('GET /v1/products', { as: 'staff' })`. */
export async function call(route: string, { body, as, headers }: Call = {}): Promise<Response> {
  const [, method = '', path = ''] = /^(\S+) (.*)$/s.exec(route) ?? []
  const worker = (exports as unknown as { default: Fetcher }).default
  return worker.fetch(`http://catalog${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(as === undefined ? {} : { authorization: await bearer(newId('user'), as) }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
}

/** Calls and tells `200`, or the status with the code of the problem: `404 not_found`. */
export async function outcomeOf(route: string, request: Call = {}): Promise<string> {
  const response = await call(route, request)
  const text = await response.text()
  if (response.status < 400) return String(response.status)
  const { code } = JSON.parse(text) as { code: string }
  return `${response.status} ${code}`
}

let made = 0

/** A SKU that no other test has. */
export function freshSku(): string {
  made += 1
  return `SKU-${made}-${crypto.randomUUID().slice(0, 8)}`
}

export function usd(amountMinor: number) {
  return { amountMinor, currency: 'USD' }
}

/** The body of a valid product. */
export function productBody(change: Record<string, unknown> = {}) {
  return {
    name: 'Linen shirt',
    description: 'Light and cool',
    status: 'published',
    categoryIds: [],
    attributes: {},
    images: [],
    variants: [{ sku: freshSku(), options: {}, price: usd(1_999) }],
    ...change,
  }
}

export async function addProduct(change: Record<string, unknown> = {}): Promise<ProductView> {
  const response = await call('POST /v1/products', { as: 'staff', body: productBody(change) })
  if (response.status !== 201) throw new Error(`not added: ${await response.text()}`)
  return ProductView.parse(await response.json())
}

/** What comes of asking for a product. */
export function postProduct(change: Record<string, unknown>): Promise<string> {
  return outcomeOf('POST /v1/products', { ...asStaff, body: productBody(change) })
}

/** What comes of asking for a change of one. */
export function patchProduct(
  id: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<string> {
  return outcomeOf(`PATCH /v1/products/${id}`, { ...asStaff, body, headers })
}

/** A product that costs so much, in the category of a test. */
export function addPriced(name: string, amountMinor: number, categoryIds: string[] = []) {
  const variants = [{ sku: freshSku(), price: usd(amountMinor) }]
  return addProduct({ name, variants, categoryIds })
}

export async function readProduct(idOrSlug: string): Promise<ProductView> {
  const response = await call(`GET /v1/products/${idOrSlug}`, { as: 'staff' })
  if (response.status !== 200) throw new Error(`not read: ${await response.text()}`)
  return ProductView.parse(await response.json())
}

export async function listed(query: Record<string, string | number>): Promise<ProductPage> {
  const search = new URLSearchParams(Object.entries(query).map(([k, v]) => [k, String(v)]))
  const response = await call(`GET /v1/products?${search}`)
  if (response.status !== 200) throw new Error(`not listed: ${await response.text()}`)
  return ProductPage.parse(await response.json())
}

export async function namesOf(query: Record<string, string | number>): Promise<string[]> {
  return (await listed(query)).items.map(({ name }) => name)
}

export async function addCategory(
  name: string,
  change: Record<string, unknown> = {},
): Promise<CategoryView> {
  const body = { name, ...change }
  const response = await call('POST /v1/categories', { as: 'staff', body })
  if (response.status !== 201) throw new Error(`not added: ${await response.text()}`)
  return response.json()
}

export async function categoryTree(): Promise<CategoryNode[]> {
  const { items } = await (await call('GET /v1/categories')).json<{ items: CategoryNode[] }>()
  return items
}

export function stockChanged(sku: string, available: number, aggregateversion: number) {
  return newEvent('stock.changed', {
    subject: sku,
    aggregateversion,
    data: { sku, onHand: available, reserved: 0, available },
  })
}

/** Delivers what inventory tells. */
export async function hear(event: ReturnType<typeof stockChanged>): Promise<void> {
  await handlers['stock.changed'](event, createDeps(env))
}

interface SaidEvent {
  readonly type: string
  readonly aggregateversion: number
  readonly data: Record<string, unknown>
}

/** The events in the outbox about something, in order. */
export async function eventsOf(subject: string): Promise<SaidEvent[]> {
  const { results } = await env.DB.prepare(
    `select event from outbox where event ->> 'subject' = ? order by seq`,
  )
    .bind(subject)
    .all<{ event: string }>()
  return results.map(({ event }) => JSON.parse(event) as SaidEvent)
}
