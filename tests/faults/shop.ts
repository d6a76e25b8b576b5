import { randomUUID } from 'node:crypto'
import { TEST_SECRETS } from '../support/secrets.ts'
import { askUntilAnswered, type Answer } from './client.ts'
import { ENOUGH } from './journeys/journey.ts'
import type { FaultySystem } from './system.ts'

/** What one unit of any SKU costs, USD. */
const UNIT_PRICE_MINOR = 1999

const SKUS = 16

/** Who is in a shop, and what it sells: shared by all runs in one system. */
export class ProvingShop {
  readonly system: FaultySystem
  readonly staff: string
  readonly customers: readonly [string, string]
  readonly #skus = Array.from({ length: SKUS }, () => `SKU-${randomUUID().slice(0, 13)}`)
  readonly #haveEnough = new Set<string>()

  private constructor(system: FaultySystem, staff: string, customers: readonly [string, string]) {
    this.system = system
    this.staff = staff
    this.customers = customers
  }

  static async open(system: FaultySystem): Promise<ProvingShop> {
    const ask = (path: string, body: unknown) => askUntilAnswered(system.url, { path, body })
    await askUntilAnswered(system.url, { path: '/readyz' })
    const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = TEST_SECRETS
    const admin = await ask('/v1/auth/login', { email, password })
    const register = async () => {
      const person = { email: `${randomUUID()}@kiosk.test`, password: 'a good long password' }
      return tokenOf(await ask('/v1/auth/register', { ...person, name: 'Ada' }))
    }
    const customers = [await register(), await register()] as const
    const shop = new ProvingShop(system, tokenOf(admin), customers)
    await shop.#publish()
    return shop
  }

  /** The SKUs whose turn it is, each with so many units to sell, or more where that is `ENOUGH`. */
  async stocked(units: readonly number[]): Promise<string[]> {
    const skus = this.#skus.splice(0, units.length)
    this.#skus.push(...skus)
    await Promise.all(skus.map((sku, index) => this.#offer(sku, units[index] ?? 0)))
    return skus
  }

  /** Beside what a crashed attempt of an earlier run still holds. */
  async #offer(sku: string, units: number): Promise<void> {
    if (units === ENOUGH && this.#haveEnough.has(sku)) return
    const path = `/v1/inventory/${sku}`
    const { body } = await askUntilAnswered(this.system.url, { path, token: this.staff })
    await this.setStock(sku, Number(body['reserved'] ?? 0) + units)
    if (units === ENOUGH) this.#haveEnough.add(sku)
  }

  async setStock(sku: string, onHand: number): Promise<void> {
    this.#haveEnough.delete(sku)
    await askUntilAnswered(this.system.url, {
      method: 'PUT',
      path: `/v1/inventory/${sku}`,
      body: { onHand, lowStockThreshold: 0 },
      token: this.staff,
    })
  }

  async #publish(): Promise<void> {
    const price = { amountMinor: UNIT_PRICE_MINOR, currency: 'USD' }
    const body = {
      name: `Things ${this.#skus[0] ?? ''}`,
      description: 'Things to prove with',
      status: 'published',
      categoryIds: [],
      attributes: {},
      images: [],
      variants: this.#skus.map((sku) => ({ sku, options: { sku }, price })),
    }
    const { status } = await askUntilAnswered(this.system.url, {
      path: '/v1/products',
      body,
      token: this.staff,
    })
    if (status !== 201) throw new Error(`The shop could not publish: ${status}`)
  }
}

function tokenOf({ body }: Answer): string {
  return String(body['accessToken'])
}
