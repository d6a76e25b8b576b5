import { TEST_SECRETS } from '../support/secrets.ts'
import { Client } from './client.ts'
import type { CountingSystem } from './system.ts'

const PRODUCTS = 20
const UNITS = 1_000
const PASSWORD = 'a good long password'
const CUSTOMER = { email: 'ada@kiosk.test', password: PASSWORD }

const address = {
  name: 'Ada',
  line1: 'Street 1',
  city: 'Berlin',
  postalCode: '10115',
  country: 'DE',
}

interface Session {
  readonly accessToken: string
}

interface Order {
  readonly id: string
  readonly status: string
  readonly expiresAt: string
}

/** Twenty products in one category, and one customer: the same whenever it is counted. */
export class CountedShop {
  readonly client: Client
  readonly #staff: string
  #customer = ''

  private constructor(client: Client, staff: string) {
    this.client = client
    this.#staff = staff
  }

  static async open({ url }: CountingSystem): Promise<CountedShop> {
    const client = new Client(url)
    await client.ask('/readyz')
    const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = TEST_SECRETS
    const admin = await client.ask<Session>('/v1/auth/login', { body: { email, password } })
    const shop = new CountedShop(client, admin.accessToken)
    await client.ask('/v1/auth/register', { body: { ...CUSTOMER, name: 'Ada' } })
    await shop.signIn()
    const category = await shop.#askAsStaff<{ id: string }>('/v1/categories', { name: 'Things' })
    for (let product = 0; product < PRODUCTS; product++) await shop.#offer(product, category.id)
    return shop
  }

  static sku(product: number): string {
    return `SKU-${product}`
  }

  async signIn(): Promise<void> {
    const { accessToken } = await this.client.ask<Session>('/v1/auth/login', { body: CUSTOMER })
    this.#customer = accessToken
  }

  order(lines: number): Promise<Order> {
    const body = {
      lines: Array.from({ length: lines }, (_, line) => ({
        sku: CountedShop.sku(line),
        quantity: 1,
      })),
      shippingAddress: address,
    }
    return this.client.ask('/v1/orders', { body, token: this.#customer })
  }

  async pay({ id }: Order): Promise<void> {
    const body = { orderId: id, token: 'tok_ok' }
    const paid = await this.client.ask<Order>('/v1/payments', { body, token: this.#customer })
    if (paid.status !== 'succeeded') throw new Error(`The payment is ${paid.status}`)
  }

  find(id: string): Promise<Order> {
    return this.client.ask(`/v1/orders/${id}`, { token: this.#customer })
  }

  async move(orderId: string, status: 'shipped' | 'delivered'): Promise<void> {
    await this.client.ask(`/v1/orders/${orderId}/status`, {
      method: 'PATCH',
      body: { status },
      token: this.#staff,
    })
  }

  #askAsStaff<Body>(path: string, body: unknown): Promise<Body> {
    return this.client.ask(path, { body, token: this.#staff })
  }

  async #offer(product: number, categoryId: string): Promise<void> {
    const sku = CountedShop.sku(product)
    await this.#askAsStaff('/v1/products', {
      name: `Thing ${product}`,
      slug: `thing-${product}`,
      description: 'A thing to count with',
      status: 'published',
      categoryIds: [categoryId],
      attributes: {},
      images: [],
      variants: [{ sku, options: {}, price: { amountMinor: 1999, currency: 'USD' } }],
    })
    await this.client.ask(`/v1/inventory/${sku}`, {
      method: 'PUT',
      body: { onHand: UNITS, lowStockThreshold: 0 },
      token: this.#staff,
    })
  }
}
