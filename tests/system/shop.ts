import { randomUUID } from 'node:crypto'
import type { OrderView } from '@kiosk/contracts/http/orders'
import { expect } from 'vitest'
import { TEST_SECRETS } from '../support/secrets.ts'
import { type ApiAnswer, type ApiRequest, eventually, type System } from './harness.ts'

export const PASSWORD = 'a good long password'

export const address = {
  name: 'Ada',
  line1: 'Street 1',
  city: 'Berlin',
  postalCode: '10115',
  country: 'DE',
}

export const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' })

/** A moment as answers tell it. */
export const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)

interface Session {
  accessToken: string
  refreshToken: string
  user: { id: string; email: string; role: string }
}

/** Somebody signed in, with the calls that people make. */
export interface Person {
  readonly id: string
  readonly email: string
  readonly token: string
  call<Body = Record<string, unknown>>(path: string, request?: ApiRequest): Promise<ApiAnswer<Body>>
}

export interface Payment {
  id: string
  status: string
  failureCode?: string
  refundedAmount: { amountMinor: number }
}

export interface Mail {
  channel: string
  template: string
  to: string
  subject?: string
  text: string
  orderId?: string
}

/** A shop of its own in a running system: its staff, its products, its customers. */
export class Shop {
  readonly system: System
  readonly staff: Person
  readonly admin: Person

  private constructor(system: System, admin: Person, staff: Person) {
    this.system = system
    this.admin = admin
    this.staff = staff
  }

  static async open(system: System): Promise<Shop> {
    await eventually(async () => expect((await system.api('/readyz')).status).toBe(200))
    const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = TEST_SECRETS
    const admin = await signIn(system, email, password)
    const member = await register(system)
    const promoted = await admin.call(`/v1/users/${member.id}`, {
      method: 'PATCH',
      body: { role: 'staff' },
    })
    expect(promoted.status).toBe(200)
    return new Shop(system, admin, await signIn(system, member.email, PASSWORD))
  }

  customer(profile: Record<string, unknown> = {}): Promise<Person> {
    return register(this.system, profile)
  }

  /** Somebody new with a role, signed in with it. */
  async member(role: 'staff' | 'admin'): Promise<Person> {
    const { id, email } = await this.customer()
    const path = `/v1/users/${id}`
    const promoted = await this.admin.call(path, { method: 'PATCH', body: { role } })
    expect(promoted).toMatchObject({ status: 200, body: { role } })
    return signIn(this.system, email, PASSWORD)
  }

  /** Publishes a product with one variant at 19.99 USD and stocks it. Returns its SKU. */
  async sku(onHand: number, change: Record<string, unknown> = {}): Promise<string> {
    const sku = `SKU-${randomUUID().slice(0, 13)}`
    const price = { amountMinor: 1999, currency: 'USD' }
    const product = {
      name: `Thing ${sku}`,
      description: 'A thing for tests',
      status: 'published',
      categoryIds: [],
      attributes: {},
      images: [],
      variants: [{ sku, options: {}, price }],
      ...change,
    }
    const created = await this.staff.call('/v1/products', { body: product })
    expect(created.status).toBe(201)
    await this.setStock(sku, onHand)
    return sku
  }

  async setStock(sku: string, onHand: number): Promise<void> {
    const stocked = await this.staff.call(`/v1/inventory/${sku}`, {
      method: 'PUT',
      body: { onHand, lowStockThreshold: 0 },
    })
    expect(stocked.status).toBe(200)
  }

  async stock(sku: string): Promise<{ onHand: number; reserved: number; available: number }> {
    const { body } = await this.staff.call(`/v1/inventory/${sku}`)
    return body as never
  }

  async ship(orderId: string): Promise<void> {
    const tracking = { carrier: 'DHL', number: 'JD0140' }
    await this.move(orderId, { status: 'shipped', tracking })
  }

  async move(orderId: string, body: Record<string, unknown>): Promise<void> {
    const path = `/v1/orders/${orderId}/status`
    expect((await this.staff.call(path, { method: 'PATCH', body })).status).toBe(200)
  }

  refund(paymentId: string, amountMinor?: number): Promise<ApiAnswer<Record<string, unknown>>> {
    const amount = amountMinor === undefined ? {} : { amount: { amountMinor, currency: 'USD' } }
    return this.staff.call(`/v1/payments/${paymentId}/refunds`, {
      body: { ...amount, reason: 'test' },
      headers: idempotencyKey(),
    })
  }
}

export function idempotencyKey(): Record<string, string> {
  return { 'idempotency-key': randomUUID() }
}

type Lines = readonly { sku: string; quantity: number }[]

/** Asks for an order, whatever the answer. */
export function order(person: Person, lines: Lines, headers = idempotencyKey()) {
  const body = { lines, shippingAddress: address }
  return person.call<OrderView & { code?: string }>('/v1/orders', { body, headers })
}

/** Places an order of one unit that must succeed. */
export async function placed(person: Person, sku: string, quantity = 1): Promise<OrderView> {
  const answer = await order(person, [{ sku, quantity }])
  expect(answer).toMatchObject({ status: 201, body: { status: 'pending' } })
  return answer.body
}

/** Asks for a payment, whatever the answer. */
export function pay(person: Person, orderId: string, token = 'tok_ok', headers = idempotencyKey()) {
  return person.call<Payment & { code?: string }>('/v1/payments', {
    body: { orderId, token },
    headers,
  })
}

/** Waits until an order is as described. */
export function orderBecomes(person: Person, id: string, expected: Partial<OrderView>) {
  return eventually(
    async () => {
      const { body } = await person.call<OrderView>(`/v1/orders/${id}`)
      expect(body).toMatchObject(expected)
      return body
    },
    { timeoutMs: 60_000 },
  )
}

/** Waits until a payment is as described. */
export function paymentBecomes(person: Person, id: string, expected: Partial<Payment>) {
  return eventually(
    async () => {
      const { body } = await person.call<Payment>(`/v1/payments/${id}`)
      expect(body).toMatchObject(expected)
      return body
    },
    { timeoutMs: 60_000 },
  )
}

/** Buys one unit: ordered, paid, and confirmed by events. */
export async function bought(person: Person, sku: string, quantity = 1) {
  const { id } = await placed(person, sku, quantity)
  const { body: payment } = await pay(person, id)
  expect(payment.status).toBe('succeeded')
  return { order: await orderBecomes(person, id, { status: 'processing' }), payment }
}

/** The templates of the emails that a person got about an order, oldest first. */
export async function mailsAbout(person: Person, orderId: string): Promise<string[]> {
  const { body } = await person.call<{ items: Mail[] }>('/v1/notifications?limit=100')
  return body.items
    .filter((mail) => mail.channel === 'email' && mail.orderId === orderId)
    .map((mail) => mail.template)
    .toReversed()
}

/** Waits for an email about an order. */
export function mailArrives(person: Person, orderId: string, template: string): Promise<void> {
  return eventually(async () => expect(await mailsAbout(person, orderId)).toContain(template), {
    timeoutMs: 60_000,
  })
}

async function register(system: System, profile: Record<string, unknown> = {}): Promise<Person> {
  const email = `${randomUUID()}@kiosk.test`
  const { status, body } = await system.api<Session>('/v1/auth/register', {
    body: { email, password: PASSWORD, name: 'Ada', ...profile },
  })
  expect(status).toBe(201)
  return personOf(system, body)
}

export async function signIn(system: System, email: string, password: string): Promise<Person> {
  const { status, body } = await system.api<Session>('/v1/auth/login', {
    body: { email, password },
  })
  expect(status).toBe(200)
  return personOf(system, body)
}

function personOf(system: System, { user, accessToken }: Session): Person {
  return {
    id: user.id,
    email: user.email,
    token: accessToken,
    call: (path, request) => system.api(path, { token: accessToken, ...request }),
  }
}
