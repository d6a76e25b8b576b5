import {
  SUBSCRIBERS,
  SUBSCRIPTIONS,
  type KioskEvent,
  type Subscriber,
} from '@kiosk/contracts/events'
import type { Shop } from '../shop/shop.ts'
import { must } from './facts.ts'
import { shelvesOf } from './shelves.ts'
import { hasTable } from './watch.ts'

interface Said {
  readonly eventId: string
  readonly destination: Subscriber
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Invariants 4 and 8: what was said has arrived, and had its effect once. @throws Violation */
export function checkDelivery(shop: Shop): void {
  const said = everythingSaid(shop)
  for (const { eventId, destination, type } of said) {
    const isTaken = shop.queues[destination].queue.taken.has(eventId)
    must(isTaken, '8', 'an event was never taken', { eventId, type, destination })
  }
  checkTimelines(shop, said)
  checkMessages(shop, said)
  checkClosedOrders(shop)
  checkStockViews(shop)
}

function everythingSaid({ d1, objects }: Shop): Said[] {
  const logs = (['catalog', 'orders', 'payments'] as const).flatMap((name) =>
    d1[name].sqlite.peek<{ event: string }>('SELECT event FROM outbox').flatMap(({ event }) => {
      const { id: eventId, type, data } = JSON.parse(event) as KioskEvent
      return SUBSCRIPTIONS[type].map((destination) => ({ eventId, destination, type, data }))
    }),
  )
  const stock = [...objects.stock.objects.values()].flatMap(({ storage: { sqlite } }) => {
    if (!hasTable(sqlite, 'outbox')) return []
    const rows = sqlite.peek<{ event_id: string; destination: string; event: string }>(
      'SELECT * FROM outbox',
    )
    return rows.map(({ event_id: eventId, destination, event }) => {
      const { type, data } = JSON.parse(event) as Pick<Said, 'type' | 'data'>
      const known = SUBSCRIBERS.find((subscriber) => subscriber === destination)
      if (known === undefined) throw new Error(`nobody is called ${destination}`)
      return { eventId, destination: known, type, data }
    })
  })
  return [...logs, ...stock]
}

/** What an order's timeline tells of payments is what payments said, each once. */
function checkTimelines({ d1 }: Shop, said: readonly Said[]): void {
  const told = ['payment.failed', 'payment.action_required', 'payment.refunded']
  const expected = new Map<string, number>()
  for (const { destination, type, data } of said) {
    if (destination !== 'orders' || !told.includes(type)) continue
    const entry = `${String(data['orderId'])} ${type}`
    expected.set(entry, (expected.get(entry) ?? 0) + 1)
  }
  const rows = d1.orders.sqlite.peek<{ entry: string; times: number }>(
    `SELECT orders.id || ' ' || (told.value ->> 'type') AS entry, count(*) AS times
     FROM orders, json_each(orders.timeline) AS told
     WHERE told.value ->> 'type' IN (SELECT value FROM json_each(?)) GROUP BY 1`,
    JSON.stringify(told),
  )
  const found = new Map(rows.map(({ entry, times }) => [entry, times]))
  for (const entry of new Set([...expected.keys(), ...found.keys()])) {
    const ids = { entry, said: expected.get(entry) ?? 0, found: found.get(entry) ?? 0 }
    must(ids.said === ids.found, '8', 'a timeline does not tell what payments said', ids)
  }
}

/** Every customer has one message of each event about them, and it was handed over. */
function checkMessages({ d1 }: Shop, said: readonly Said[]): void {
  const { sqlite } = d1.notifications
  const rows = sqlite.peek<{ eventId: string; messages: number; recipients: number }>(
    `SELECT event_id AS eventId, count(*) AS messages,
       count(DISTINCT template || ' ' || channel || ' ' || recipient) AS recipients
     FROM messages GROUP BY event_id`,
  )
  const byEvent = new Map(rows.map((row) => [row.eventId, row]))
  for (const row of rows) {
    must(row.messages === row.recipients, '4', 'somebody has two messages of an event', { ...row })
  }
  for (const { eventId, destination, type } of said) {
    if (destination !== 'notifications' || type === 'stock.low') continue
    const messages = byEvent.get(eventId)?.messages ?? 0
    must(messages === 1, '8', 'a customer has not one message of an event', {
      eventId,
      type,
      messages,
    })
  }
  const notSent = sqlite.peek(
    `SELECT id, status FROM messages
     WHERE status <> 'sent' OR id NOT IN (SELECT message_id FROM mailbox)`,
  )
  must(notSent.length === 0, '8', 'messages were not handed over', { notSent })
}

function checkClosedOrders({ d1 }: Shop): void {
  const cancelled = d1.orders.sqlite.peek<{ id: string }>(
    `SELECT id FROM orders WHERE status = 'cancelled' ORDER BY id`,
  )
  const closed = d1.payments.sqlite.peek<{ id: string }>(
    'SELECT order_id AS id FROM closed_orders ORDER BY id',
  )
  const isSame = JSON.stringify(cancelled) === JSON.stringify(closed)
  must(isSame, '8', 'payments knows of other closed orders', { cancelled, closed })
}

/** What catalog and the index of inventory show is the balance; catalog only hears of what can be sold. */
function checkStockViews(shop: Shop): void {
  const { d1, objects } = shop
  for (const { name: sku, storage } of objects.stock.objects.values()) {
    if (!hasTable(storage.sqlite, 'balance')) continue
    const [known] = storage.sqlite.peek<{ available: number; version: number; bucket: number }>(
      `SELECT on_hand - reserved + elsewhere_on_hand - elsewhere_reserved AS available,
         version + elsewhere_version AS version, bucket FROM balance`,
    )
    if (known === undefined || known.version === 0 || known.bucket > 0) continue
    const { available, version } = known
    const balance = { available, version }
    const there = shelvesOf(shop, sku).reduce((sum, shelf) => sum + availableIn(shelf), 0)
    must(there === available, '8', 'home knows another balance of its buckets', {
      sku,
      there,
      known,
    })
    const view = (worker: 'catalog' | 'inventory', table: string) =>
      d1[worker].sqlite.peek<typeof balance>(
        `SELECT available, version FROM ${table} WHERE sku = ?`,
        sku,
      )[0]
    const seen = { catalog: view('catalog', 'stock'), index: view('inventory', 'stock_index') }
    const { catalog, index } = seen
    const ids = { sku, balance, ...seen }
    must(catalog?.available === balance.available, '8', 'catalog shows another balance', ids)
    must(index?.version === balance.version, '8', 'the index shows another balance', ids)
    must(index?.available === balance.available, '8', 'the index shows another balance', ids)
  }
}

function availableIn({ storage }: ReturnType<typeof shelvesOf>[number]): number {
  const [row] = storage.sqlite.peek<{ units: number }>(
    'SELECT on_hand - reserved AS units FROM balance',
  )
  return row?.units ?? 0
}
