import type { Role } from '@kiosk/contracts/primitives/role'
import { withContext } from '@kiosk/kit/context'
import { continueTrace } from '@kiosk/kit/trace'
import { createDeps as catalogDeps } from '../../../workers/catalog/src/deps.ts'
import { createProduct } from '../../../workers/catalog/src/operations/create-product.ts'
import { createDeps as inventoryDeps } from '../../../workers/inventory/src/deps.ts'
import { setStock, splitStock } from '../../../workers/inventory/src/operations/change-stock.ts'
import { createDeps as ordersDeps } from '../../../workers/orders/src/deps.ts'
import { createDeps as paymentsDeps } from '../../../workers/payments/src/deps.ts'
import { receiveWebhook } from '../../../workers/payments/src/operations/receive-webhook.ts'
import { Invocation } from '../platform/invocation.ts'
import { bindWorkers, WORKERS, type WorkerName } from './bindings.ts'
import { People } from './people.ts'
import type { Platform } from './platform.ts'

/** What is for sale, at what price, and how many of it at first: so few that customers compete. */
const RANGE = [
  { sku: 'CAP', amountMinor: 1_299, currency: 'USD', onHand: 6 },
  { sku: 'MUG', amountMinor: 750, currency: 'USD', onHand: 12 },
  { sku: 'PEN', amountMinor: 99, currency: 'USD', onHand: 25 },
  { sku: 'TEE', amountMinor: 1_999, currency: 'USD', onHand: 3 },
  { sku: 'YEN', amountMinor: 500, currency: 'JPY', onHand: 8 },
  { sku: 'FREE', amountMinor: 0, currency: 'USD', onHand: 5 },
] as const

export const SKUS = RANGE.map(({ sku }) => sku)

export interface Person {
  readonly id: string
  readonly role: Role
}

/** The five Workers of a shop, bound together, and the people who use it. */
export class Shop {
  readonly platform: Platform
  readonly people: People
  readonly d1
  readonly queues
  readonly objects
  readonly #envs
  /** What the operations of each Worker work with, made by the Worker itself. */
  readonly deps

  constructor(platform: Platform) {
    this.platform = platform
    const { d1, queues, objects, envs } = bindWorkers(platform)
    this.d1 = d1
    this.queues = queues
    this.objects = objects
    this.#envs = envs
    this.deps = {
      catalog: catalogDeps(envs.catalog as never),
      inventory: inventoryDeps(envs.inventory as never),
      orders: ordersDeps(envs.orders as never),
      payments: paymentsDeps(envs.payments as never),
    }
    this.people = new People(platform, queues.notifications.queue)
    platform.exports.default = { fetch: (_url, init) => this.#takeWebhook(init) }
  }

  /** Fills the shelves. Nothing goes wrong before the shop is open. */
  async open(): Promise<void> {
    const { catalog, inventory } = this.deps
    const [staff] = this.people.staff
    this.platform.faults.stop()
    const products = RANGE.map(({ sku, amountMinor, currency }) =>
      this.request('catalog', 'create product', staff, () =>
        createProduct(catalog, {
          name: `A ${sku}`,
          description: '',
          status: 'published',
          categoryIds: [],
          attributes: {},
          images: [],
          variants: [{ sku, options: {}, price: { amountMinor, currency } }],
        }),
      ),
    )
    await this.#until(Promise.all(products))
    const counts = RANGE.map(({ sku, onHand }) =>
      this.request('inventory', 'set stock', staff, () => setStock(inventory, sku, { onHand })),
    )
    await this.#until(Promise.all(counts))
    await this.#until(Promise.all(this.#splits(inventory, staff)))
    this.platform.faults.resume()
  }

  /** Some sell so well that their stock is split from the beginning. */
  #splits(inventory: Shop['deps']['inventory'], staff: Person): Promise<unknown>[] {
    const { random } = this.platform
    return random
      .some(SKUS, 0.4)
      .map((sku) =>
        this.request('inventory', 'split', staff, () =>
          splitStock(inventory, sku, random.int(2, 4)),
        ),
      )
  }

  /** Somebody outside asks a Worker for something, as the gateway would. */
  request<T>(worker: WorkerName, what: string, who: Person, work: () => Promise<T>): Promise<T> {
    const port = { kind: 'http', target: worker, method: what } as const
    const requestId = crypto.randomUUID()
    return this.platform.scheduler.call(port, () => {
      const context = { service: worker, requestId, trace: continueTrace(null), actor: who.id }
      return new Invocation(`${worker} ${what}`).run(() => withContext(context, work))
    })
  }

  /** Cloudflare starts what the cron triggers of a Worker ask for. */
  async runCron(worker: Exclude<WorkerName, 'inventory'>): Promise<void> {
    const { default: entry } = WORKERS[worker]
    const run = () => entry.scheduled({} as never, this.#envs[worker] as never)
    await new Invocation(`${worker} cron`).run(async () => run())
  }

  /** The provider's side of a webhook is not ours: what it sends comes in from outside. */
  async #takeWebhook({ headers, body }: RequestInit): Promise<Response> {
    if (typeof body !== 'string') throw new TypeError('a webhook is text')
    const webhook = { provider: 'simulated', headers: new Headers(headers), body }
    const nobody = { id: 'anonymous', role: 'customer' } as const
    await this.request('payments', 'webhook', nobody, () =>
      receiveWebhook(this.deps.payments, webhook),
    )
    return new Response(null, { status: 204 })
  }

  async #until(work: Promise<unknown>): Promise<void> {
    let isDone = false
    const done = work.finally(() => (isDone = true))
    while (!isDone) {
      const { clock, scheduler } = this.platform
      if (!(await scheduler.step())) clock.advance(Math.max(1, (clock.nextDue() ?? 0) - clock.now))
    }
    await done
  }
}
