import { setTimeout as sleep } from 'node:timers/promises'
import { STILL_MS } from './durations.ts'
import type { Tally } from './seam/protocol.ts'
import { CountedShop } from './shop.ts'
import { startCountingSystem, type CountingSystem, type Tallies } from './system.ts'

/** What one operation uses, until nothing that follows from it is under way any more. */
export interface Usage {
  /** By Worker. */
  readonly used: Readonly<Record<string, Tally>>
  /** Rows it leaves that are forgotten after a while, by Worker and table: each is a row written again. */
  readonly forgotten: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly responseBytes: number
}

/** What everything that is counted uses, by its name. */
export interface Cost {
  readonly operations: Readonly<Record<string, Usage>>
  /** What the loops use that beat all day, and the crons, each time. */
  readonly idle: Readonly<Record<'beat' | 'cron', Readonly<Record<string, Tally>>>>
}

/** Plays a shop with nobody else in it, and counts. */
export async function measure(note: (what: string) => void = () => undefined): Promise<Cost> {
  const system = await startCountingSystem()
  try {
    note('opening a shop')
    const shop = await CountedShop.open(system)
    const meter = new Meter(system, shop)
    note('buying once, so that everything is warm')
    await shop.move((await buy(shop, meter, 3)).id, 'shipped')
    await browse(shop)
    await meter.untilStill()

    let bought = ''
    const operations: Record<string, Usage> = {}
    const plan: Record<string, () => Promise<unknown>> = {
      'order of one line': async () => (bought = (await buy(shop, meter, 1)).id),
      'order of three lines': () => buy(shop, meter, 3),
      shipped: () => shop.move(bought, 'shipped'),
      delivered: () => shop.move(bought, 'delivered'),
      'order page': () => shop.find(bought),
      'product list': () => shop.client.ask('/v1/products'),
      'product page': () => shop.client.ask('/v1/products/thing-1'),
      search: () => shop.client.ask('/v1/products?q=thing'),
      categories: () => shop.client.ask('/v1/categories'),
      'sign-in': () => shop.signIn(),
    }
    for (const [name, work] of Object.entries(plan)) {
      note(name)
      operations[name] = await meter.count(work)
    }
    note('what it costs to do nothing')
    return { operations, idle: { beat: await meter.beat(), cron: await meter.cron() } }
  } finally {
    await system.close()
  }
}

/** Ordered, paid, confirmed, and everything that follows, until the deadline of its hold has passed. */
async function buy(shop: CountedShop, meter: Meter, lines: number) {
  const order = await shop.order(lines)
  await meter.untilStill()
  await shop.pay(order)
  await meter.untilStill()
  await sleep(Math.max(0, Date.parse(order.expiresAt) - Date.now()))
  await meter.untilStill()
  return order
}

async function browse({ client }: CountedShop): Promise<void> {
  for (const path of ['/v1/products', '/v1/products/thing-1', '/v1/products?q=thing']) {
    await client.ask(path)
  }
  await client.ask('/v1/categories')
}

const POLL_MS = 100

/** Reads the counters. */
class Meter {
  readonly #system: CountingSystem
  readonly #shop: CountedShop

  constructor(system: CountingSystem, shop: CountedShop) {
    this.#system = system
    this.#shop = shop
  }

  async count(work: () => Promise<unknown>): Promise<Usage> {
    const before = await this.#forgettable()
    const { received } = this.#shop.client
    await this.#system.count({ reset: true })
    await work()
    const used = tidy(await this.untilStill())
    const after = await this.#forgettable()
    return {
      used,
      forgotten: differences(before, after),
      responseBytes: this.#shop.client.received - received,
    }
  }

  async beat(): Promise<Cost['idle']['beat']> {
    await this.#system.count({ reset: true })
    return tidy(await this.#system.count({ beat: true }))
  }

  async cron(): Promise<Cost['idle']['cron']> {
    await this.#system.count({ reset: true })
    await this.#system.tick()
    return tidy(await this.untilStill())
  }

  /** Waits until nothing has been used for a while. */
  async untilStill(): Promise<Tallies> {
    let last = await this.#system.count()
    for (let since = Date.now(); Date.now() - since < STILL_MS;) {
      await sleep(POLL_MS)
      const now = await this.#system.count()
      if (JSON.stringify(now) !== JSON.stringify(last)) since = Date.now()
      last = now
    }
    return last
  }

  async #forgettable(): Promise<Usage['forgotten']> {
    const counts: Record<string, Record<string, number>> = {}
    for (const [worker, tables] of Object.entries(FORGETTABLE)) {
      for (const table of tables) {
        const [row] = await this.#system.read<{ n: number }>(
          worker,
          `SELECT count(*) AS n FROM ${table}`,
        )
        ;(counts[worker] ??= {})[table] = row?.n ?? 0
      }
    }
    return counts
  }
}

/** Tables whose rows are pruned when they are old, see retention.ts of the kit. */
const FORGETTABLE: Readonly<Record<string, readonly string[]>> = {
  catalog: ['outbox', 'inbox'],
  inventory: ['inbox'],
  notifications: ['inbox'],
  orders: ['idempotency_claims', 'inbox', 'outbox'],
  payments: ['idempotency_claims', 'inbox', 'outbox'],
  users: ['outbox'],
}

function differences(before: Usage['forgotten'], after: Usage['forgotten']): Usage['forgotten'] {
  return tidy(
    Object.fromEntries(
      Object.entries(after).map(([worker, tables]) => [
        worker,
        Object.fromEntries(
          Object.entries(tables).map(([table, rows]) => [
            table,
            rows - (before[worker]?.[table] ?? 0),
          ]),
        ),
      ]),
    ),
  )
}

/** In one order, without what did not happen: two counts of the same are the same text. */
function tidy<T extends object>(counts: T): T {
  const entries = Object.entries(counts).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const kept = entries.flatMap(([key, value]: [string, unknown]) => {
    const tidied = typeof value === 'object' && value !== null ? tidy(value) : value
    const isNothing =
      tidied === 0 || (typeof tidied === 'object' && Object.keys(tidied ?? {}).length === 0)
    return isNothing ? [] : [[key, tidied]]
  })
  return Object.fromEntries(kept) as T
}
