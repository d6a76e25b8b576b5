import { randomUUID } from 'node:crypto'
import { newEvent } from '@kiosk/kit/events'
import { expect } from 'vitest'
import { ROOT, type WorkerName } from '../../tools/build.ts'
import { eventually, type System } from './harness.ts'
import { address, bought, idempotencyKey, mailArrives, pay, placed, type Shop } from './shop.ts'

export type Row = Record<string, unknown>

/** A row of every table, and a value of every key, as one shop left them. */
export interface DataSamples {
  readonly databases: Record<string, Record<string, Row>>
  readonly objects: Record<string, Record<string, Row>>
  readonly kv: Record<string, Record<string, unknown>>
}

interface Bindings {
  DB: D1Database
  CACHE: KVNamespace
  TEMPLATES: KVNamespace
  QUEUE_ORDERS: Queue
}

/** How a row is found: a statement and its parameters. */
type Find = readonly [sql: string, ...parameters: string[]]
type Read = (find: Find) => Promise<Row[]>

/** Lives through all that leaves something behind, and collects what it left. */
export async function collectSamples(system: System, shop: Shop): Promise<DataSamples> {
  const ids = await live(system, shop)
  const databases: Record<string, Record<string, Row>> = {}
  for (const [name, tables] of Object.entries(findsOf(ids))) {
    databases[name] = await rowsOf(tables, await readerOf(system, name as WorkerName))
  }
  return { databases, objects: await objectsOf(system, ids), kv: await valuesOf(system) }
}

/** The dead letter that such a life leaves. It takes its time to die. */
export async function collectDeadLetter(system: System): Promise<Record<string, Row>> {
  const find = ["SELECT * FROM dead_letters WHERE type = 'payment.succeeded' LIMIT 1"] as const
  return rowsOf({ dead_letters: find }, await readerOf(system, 'orders'))
}

async function readerOf(system: System, worker: WorkerName): Promise<Read> {
  const { DB } = await system.worker<Bindings>(worker).getEnv()
  return async ([sql, ...parameters]) => {
    const { results } = await DB.prepare(sql)
      .bind(...parameters)
      .all<Row>()
    return results
  }
}

type Lived = Awaited<ReturnType<typeof live>>

function of(table: string, column: string, value: string): Find {
  return [`SELECT * FROM ${table} WHERE ${column} = ? ORDER BY 1 LIMIT 1`, value]
}

/** Where the rows are. What is only there for a while comes first. */
function findsOf(lived: Lived): Record<string, Record<string, Find>> {
  const { customer, sku, order, payment, refund, cancelled, lapsed } = lived
  return {
    orders: {
      delivery_failures: of('delivery_failures', 'event_id', lived.poison),
      orders: ["SELECT * FROM orders WHERE id = ? AND payment_status <> 'paid'", order.id],
      lapsed_holds: of('lapsed_holds', 'reservation_id', lapsed),
      outbox: [
        "SELECT * FROM outbox WHERE event ->> 'subject' = ? ORDER BY seq DESC LIMIT 1",
        cancelled,
      ],
      outbox_sent: ['SELECT * FROM outbox_sent LIMIT 1'],
      inbox: ['SELECT * FROM inbox LIMIT 1'],
      idempotency_claims: of('idempotency_claims', 'resource_id', order.id),
    },
    catalog: {
      categories: ['SELECT * FROM categories WHERE parent_id IS NOT NULL LIMIT 1'],
      category_tree: ['SELECT * FROM category_tree'],
      products: of('products', 'id', lived.product),
      variants: of('variants', 'sku', sku),
      product_categories: ['SELECT * FROM product_categories WHERE inherited = 0 LIMIT 1'],
      stock: ['SELECT * FROM stock WHERE sku = ? AND first_available_at IS NOT NULL', sku],
    },
    inventory: {
      stock_index: of('stock_index', 'sku', sku),
      reservations: of('reservations', 'order_id', order.id),
    },
    payments: {
      payments: ['SELECT * FROM payments WHERE id = ? AND refunded_minor > 0', payment],
      refunds: of('refunds', 'id', refund),
      closed_orders: of('closed_orders', 'order_id', cancelled),
      ledger_entries: of('ledger_entries', 'payment_id', payment),
      webhook_events: ['SELECT * FROM webhook_events LIMIT 1'],
    },
    users: {
      users: of('users', 'id', customer),
      credentials: of('credentials', 'user_id', customer),
      addresses: of('addresses', 'user_id', customer),
      sessions: of('sessions', 'user_id', customer),
      refresh_tokens: [
        `SELECT refresh_tokens.* FROM refresh_tokens JOIN sessions ON sessions.id = session_id
         WHERE user_id = ? LIMIT 1`,
        customer,
      ],
      password_resets: of('password_resets', 'user_id', customer),
      signing_keys: ['SELECT * FROM signing_keys ORDER BY generation LIMIT 1'],
    },
    notifications: {
      contacts: of('contacts', 'user_id', customer),
      preferences: of('preferences', 'user_id', customer),
      messages: [
        `SELECT * FROM messages WHERE order_id = ? AND channel = 'sms' AND status = 'sent'
         AND template = 'order_shipped'`,
        order.id,
      ],
      mailbox: [
        `SELECT mailbox.* FROM mailbox JOIN messages ON id = message_id
         WHERE order_id = ? AND mailbox.channel = 'sms' AND template = 'order_shipped'`,
        order.id,
      ],
    },
  }
}

/** A customer buys, is refunded, cancels, pays into the void; a message that nobody can handle arrives. */
async function live(system: System, shop: Shop) {
  const category = await shop.staff.call('/v1/categories', { body: { name: 'Kitchen' } })
  const below = await shop.staff.call('/v1/categories', {
    body: { name: 'Cups', parentId: category.body['id'], position: 1 },
  })
  const sku = `CUP-WHITE-${randomUUID().slice(0, 4).toUpperCase()}`
  const price = { amountMinor: 1999, currency: 'USD' }
  const product = await shop.staff.call('/v1/products', {
    body: {
      name: 'Porcelain cup',
      description: 'Holds a quarter of a litre.',
      status: 'published',
      categoryIds: [below.body['id']],
      attributes: { material: 'porcelain' },
      images: [{ url: 'https://images.kiosk.test/cup.jpg', alt: 'A white cup' }],
      variants: [{ sku, name: 'White', options: { colour: 'white' }, price, weightGrams: 310 }],
    },
  })
  const count = { onHand: 40, lowStockThreshold: 39 }
  await shop.staff.call(`/v1/inventory/${sku}`, { method: 'PUT', body: count })
  const ada = await shop.customer()
  await ada.call('/v1/users/me', { method: 'PATCH', body: { phone: '+4930123456' } })
  await ada.call('/v1/users/me/addresses', { body: { ...address, isDefault: true } })
  await ada.call('/v1/notifications/preferences', {
    method: 'PUT',
    body: { email: { orders: true, payments: true }, sms: { orders: true, payments: false } },
  })
  await system.api('/v1/auth/password-reset', { body: { email: ada.email } })

  const { order, payment } = await bought(ada, sku, 2)
  await shop.ship(order.id)
  const refund = await shop.refund(payment.id, 500)
  await mailArrives(ada, order.id, 'order_shipped')

  const unlucky = await placed(ada, sku)
  await pay(ada, unlucky.id, 'tok_no_answer')
  const regretted = await placed(ada, sku)
  await ada.call(`/v1/orders/${regretted.id}/cancel`, { method: 'POST', headers: idempotencyKey() })

  const hot = await shop.sku(10)
  await shop.staff.call(`/v1/inventory/${hot}/buckets`, { method: 'PUT', body: { count: 2 } })

  const poison = strangePayment(unlucky.id.replace('ord', 'pay'))
  const expiry = strangeExpiry(sku)
  const { QUEUE_ORDERS } = await system.worker<Bindings>('orders').getEnv()
  await QUEUE_ORDERS.sendBatch([{ body: poison }, { body: expiry }])
  await system.api('/v1/categories')
  return {
    customer: ada.id,
    sku,
    hot,
    product: String(product.body['id']),
    order,
    payment: payment.id,
    refund: String(refund.body['id']),
    cancelled: regretted.id,
    lapsed: expiry.data.reservationId,
    poison: poison.id,
  }
}

/** A payment of an order that does not exist: it can never be handled. */
function strangePayment(paymentId: string) {
  const orderId = paymentId.replace('pay', 'ord').slice(0, -4) + 'XXXX'
  const amount = { amountMinor: 1999, currency: 'USD' }
  return newEvent('payment.succeeded', {
    subject: paymentId,
    aggregateversion: 2,
    data: { paymentId, orderId, customerId: paymentId.replace('pay', 'usr'), amount },
  })
}

/** The end of a hold whose order was never written. */
function strangeExpiry(sku: string) {
  const ulid = newEvent('stock.low', {
    subject: sku,
    aggregateversion: 1,
    data: { sku, available: 0, lowStockThreshold: 0 },
  }).id.slice(4)
  const [reservationId, orderId] = [`rsv_${ulid}`, `ord_${ulid}`]
  const expiresAt = new Date().toISOString()
  return newEvent('reservation.expired', {
    subject: reservationId,
    aggregateversion: 3,
    data: { reservationId, orderId, sku, quantity: 1, expiresAt },
  })
}

async function objectsOf(
  system: System,
  { sku, hot, order, payment }: Lived,
): Promise<DataSamples['objects']> {
  const read = async (worker: WorkerName, className: string, name: string): Promise<Read> => {
    const storage = await system.worker(worker).getDurableObjectStorage(className, { name })
    return async ([sql, ...parameters]) => (await storage.exec(sql, ...parameters)) as Row[]
  }
  return {
    SkuStock: {
      ...(await rowsOf(
        {
          balance: ['SELECT * FROM balance WHERE announce_at IS NULL AND index_at IS NULL'],
          reservations: ['SELECT * FROM reservations WHERE order_id = ?', order.id],
          movements: ['SELECT * FROM movements WHERE reference = ?', order.id],
          outbox: ['SELECT * FROM outbox WHERE published_at IS NOT NULL LIMIT 1'],
        },
        await read('inventory', 'SkuStock', sku),
      )),
      ...(await rowsOf(
        { buckets: ['SELECT * FROM buckets WHERE arrived > 0'] },
        await read('inventory', 'SkuStock', hot),
      )),
    },
    SimulatedProvider: await rowsOf(
      { charge: ['SELECT * FROM charge'], refunds: ['SELECT * FROM refunds'] },
      await read('payments', 'SimulatedProvider', payment),
    ),
  }
}

async function valuesOf(system: System): Promise<DataSamples['kv']> {
  const { CACHE } = await system.worker<Bindings>('catalog').getEnv()
  const cached = await eventually(async () => {
    const { keys } = await CACHE.list()
    const [first] = keys.map(({ name }) => name)
    expect(first).toBeDefined()
    return { [String(first)]: await CACHE.get(String(first), 'json') }
  })
  // Only an operator ever writes this one. Other tests share the system, so it does not stay.
  const { TEMPLATES } = await system.worker<Bindings>('notifications').getEnv()
  const override = 'order_shipped/de/subject'
  await TEMPLATES.put(override, 'Ihr Paket zu {{number}} ist unterwegs')
  const text = await TEMPLATES.get(override)
  await TEMPLATES.delete(override)
  return { CACHE: cached, TEMPLATES: { [override]: text } }
}

/** Waits until each table has its row. */
async function rowsOf(tables: Record<string, Find>, read: Read): Promise<Record<string, Row>> {
  const rows: Record<string, Row> = {}
  for (const [table, find] of Object.entries(tables)) {
    rows[table] = await eventually(
      async () => {
        const [row] = await read(find)
        expect(row, `a row of ${table}`).toBeDefined()
        return shorten(row as Row)
      },
      { timeoutMs: 90_000 },
    )
  }
  return rows
}

const LENGTH_MAX = 80
const SECRETS: ReadonlySet<string> = new Set(['password_hash', 'private_jwk', 'token_hash'])

/** Long texts and secrets are cut; what is JSON stays JSON. Nobody's folders are in it. */
function shorten(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => {
      if (typeof value !== 'string') return [column, value]
      if (/^[[{]/.test(value)) return [column, value.replaceAll(ROOT, '')]
      const max = SECRETS.has(column) ? 12 : LENGTH_MAX
      return [column, value.length > max ? `${value.slice(0, max)}…` : value]
    }),
  )
}
