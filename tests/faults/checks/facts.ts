import { SUBSCRIPTIONS } from '@kiosk/contracts/events'
import type { IdKind } from '@kiosk/contracts/primitives/id'
import { idFloor } from '@kiosk/kit/ids'
import type { Answer } from '../client.ts'
import type { Reading, Row, SeamReply } from '../seam/protocol.ts'
import type { Stage } from '../stage.ts'

type Text<K extends string> = Readonly<Record<K, string>>
type Amount<K extends string> = Readonly<Record<K, number>>
type Maybe<K extends string> = Readonly<Record<K, string | null>>

type OrderRow = Text<'id' | 'customer_id' | 'status' | 'payment_status' | 'reservation_id'> &
  Maybe<'cancel_reason' | 'payment_id'> &
  Amount<
    | 'subtotal_minor'
    | 'discount_minor'
    | 'shipping_minor'
    | 'tax_minor'
    | 'total_minor'
    | 'refunded_minor'
    | 'version'
  >
type LineRow = Text<'order_id' | 'sku'> & Amount<'quantity' | 'unit_price_minor' | 'total_minor'>
type TransitionRow = Text<'order_id' | 'type'> & Maybe<'event_id'> & Amount<'version'>
type PaymentRow = Text<'id' | 'order_id' | 'status'> &
  Amount<'amount_minor' | 'captured_minor' | 'refunded_minor'>
type RefundRow = Text<'id' | 'payment_id' | 'status'> & Amount<'amount_minor'>
type EntryRow = Text<'transaction_id' | 'payment_id' | 'account' | 'currency'> &
  Amount<'debit_minor' | 'credit_minor'>
type OutboxRow = Text<'event_id' | 'destination' | 'event'> &
  Readonly<{ published_at: number | null }>
type MessageRow = Text<'id' | 'event_id' | 'template' | 'channel' | 'recipient' | 'status'> &
  Maybe<'order_id'>
type BalanceRow = Text<'sku'> & Amount<'on_hand' | 'reserved' | 'version'>
type ReservationRow = Text<'reservation_id' | 'order_id' | 'state'> &
  Readonly<{ quantity: number; expires_at: number | null }>
type MovementRow = Text<'reason'> & Maybe<'reference'> & Amount<'delta' | 'on_hand'>
type BookedRow = Text<'key' | 'outcome'> & Amount<'amount_minor'>

export interface StockFacts {
  readonly sku: string
  readonly balance: BalanceRow | null
  readonly reservations: readonly ReservationRow[]
  readonly movements: readonly MovementRow[]
  /** What the catalog shows. */
  readonly shown: number | null
}

/** Everything that one run has left behind, read from where it is kept. */
export interface Facts {
  readonly startedAt: number
  readonly orders: readonly OrderRow[]
  readonly lines: readonly LineRow[]
  readonly transitions: readonly TransitionRow[]
  readonly payments: readonly PaymentRow[]
  readonly refunds: readonly RefundRow[]
  readonly entries: readonly EntryRow[]
  readonly ledger: readonly (Text<'currency'> & Amount<'debit' | 'credit'>)[]
  readonly closedOrders: readonly string[]
  /** The provider's own books, by payment. */
  readonly charges: ReadonlyMap<string, { charges: BookedRow[]; refunds: BookedRow[] }>
  readonly stock: readonly StockFacts[]
  readonly messages: readonly MessageRow[]
  readonly mailbox: readonly Text<'message_id'>[]
  readonly outbox: readonly (OutboxRow & { readonly from: string })[]
  /** Ids of events that took effect, by Worker: those in its inbox, and those that its own rows name. */
  readonly taken: Readonly<Record<string, readonly string[]>>
  /** Ids of events whose message was taken, by Worker. */
  readonly heard: Readonly<Record<string, readonly string[]>>
  /** Types of unreplayed dead letters, by Worker. */
  readonly deadLetters: readonly string[]
  /** Keyed calls: the first answer and the one to the same call made again. */
  readonly replays: readonly { readonly first: Answer; readonly again: Answer }[]
  /** What the API shows of each order. */
  readonly views: readonly {
    readonly order: Answer['body']
    readonly timeline: readonly string[]
  }[]
}

/** Who hears what, for SQL. */
const HEARERS = JSON.stringify(SUBSCRIPTIONS)
const WORKERS = ['catalog', 'inventory', 'orders', 'payments', 'notifications'] as const

/** Reads everything that the run has left behind, past the product's own queries. */
export async function collectFacts(stage: Stage): Promise<Facts> {
  const { seam } = stage.shop.system
  const since = (kind: IdKind) => `'${idFloor(kind, stage.startedAt)}'`
  const replies = await seam({ gateway: {}, ...readings(stage, since) })
  const rows = <T>(worker: string, index: number) => (replies[worker]?.rows?.[index] ?? []) as T[]
  const payments = rows<PaymentRow>('payments', 0)
  const shown = new Map(
    rows<Text<'sku'> & Amount<'available'>>('catalog', 3).map((row) => [row.sku, row.available]),
  )
  return {
    startedAt: stage.startedAt,
    orders: rows('orders', 3),
    lines: rows('orders', 4),
    transitions: rows('orders', 5),
    payments,
    refunds: rows('payments', 4),
    entries: rows('payments', 5),
    ledger: rows('payments', 6),
    closedOrders: rows<Text<'order_id'>>('payments', 7).map((row) => row.order_id),
    charges: await chargesOf(stage, payments),
    stock: stockOf(stage, replies['inventory'], shown),
    messages: rows('notifications', 2),
    mailbox: rows('notifications', 3),
    outbox: outboxOf(replies),
    taken: {
      orders: [...idsOf(rows('orders', 1)), ...idsOf(rows('orders', 5))],
      payments: idsOf(rows('payments', 2)),
      notifications: [...idsOf(rows('notifications', 0)), ...idsOf(rows('notifications', 2))],
    },
    heard: Object.fromEntries(WORKERS.map((name) => [name, replies[name]?.heard ?? []])),
    deadLetters: deadLettersOf(replies),
    replays: await replay(stage),
    views: await viewsOf(stage),
  }
}

function readings(
  stage: Stage,
  since: (kind: IdKind) => string,
): Record<string, { read: Reading }> {
  const said = `select event ->> '$.id' as event_id, hearer.value as destination, event,
      case when seq <= (select max(upto) from outbox_sent) and not exists (
        select 1 from outbox_late as late
        where late.seq = outbox.seq and late.destination = hearer.value
      ) then seq end as published_at,
      'outbox' as part
    from outbox, json_each('${HEARERS}', '$."' || (event ->> '$.type') || '"') as hearer
    where event ->> '$.id' >= ${since('event')}`
  const saidOfStock = `select *, 'outbox' as part from outbox where event_id >= ${since('event')}`
  const inbox = `select event_id, 'inbox' as part from inbox where event_id >= ${since('event')}`
  const dead = `select type, 'dead' as part from dead_letters
    where event_id >= ${since('event')} and replayed_at is null`
  const skus = stage.skus.map((sku) => `'${sku}'`).join(', ')
  return {
    users: { read: { sql: [said] } },
    catalog: {
      read: {
        sql: [said, inbox, dead, `select sku, available from stock where sku in (${skus})`],
      },
    },
    inventory: {
      read: {
        sql: [dead],
        objects: stage.skus.map((name) => ({
          binding: 'STOCK',
          name,
          sql: [
            'select * from balance',
            'select * from reservations',
            'select * from movements order by id',
            saidOfStock,
          ],
        })),
      },
    },
    orders: {
      read: {
        sql: [
          said,
          inbox,
          dead,
          `select * from orders where id >= ${since('order')} order by id`,
          `select orders.id as order_id, line.value ->> 'sku' as sku,
             line.value ->> 'quantity' as quantity,
             line.value ->> 'unitPriceMinor' as unit_price_minor,
             line.value ->> 'totalMinor' as total_minor
           from orders, json_each(orders.lines) as line where orders.id >= ${since('order')}`,
          `select orders.id as order_id, entry.key + 1 as version, entry.value ->> 'type' as type,
             entry.value ->> 'eventId' as event_id
           from orders, json_each(orders.timeline) as entry
           where orders.id >= ${since('order')} order by 1, 2`,
        ],
      },
    },
    payments: {
      read: {
        sql: [
          `select * from payments where id >= ${since('payment')} order by id`,
          said,
          inbox,
          dead,
          `select * from refunds where payment_id >= ${since('payment')}`,
          `select * from ledger_entries where payment_id >= ${since('payment')}`,
          `select currency, sum(debit_minor) as debit, sum(credit_minor) as credit
           from ledger_entries group by currency`,
          `select order_id from closed_orders where order_id >= ${since('order')}`,
        ],
      },
    },
    notifications: {
      read: {
        sql: [
          inbox,
          dead,
          `select id, event_id, template, channel, recipient, status, order_id from messages
           where id >= ${since('notification')}`,
          `select message_id from mailbox where message_id >= ${since('notification')}`,
        ],
      },
    },
  }
}

function stockOf(
  stage: Stage,
  reply: SeamReply | undefined,
  shown: ReadonlyMap<string, number>,
): StockFacts[] {
  return stage.skus.map((sku, index) => {
    const [balance = [], reservations = [], movements = []] = reply?.objects?.[index] ?? []
    return {
      sku,
      balance: (balance[0] as unknown as BalanceRow | undefined) ?? null,
      reservations: reservations as unknown as ReservationRow[],
      movements: movements as unknown as MovementRow[],
      shown: shown.get(sku) ?? null,
    }
  })
}

/** All outbox rows of the run: of the D1 databases and of the objects of SKUs. */
function outboxOf(replies: Readonly<Record<string, SeamReply>>): Facts['outbox'] {
  return Object.entries(replies).flatMap(([from, { rows = [], objects = [] }]) =>
    partOf([...rows, ...objects.flat()].flat(), 'outbox').map((row) => ({
      ...(row as unknown as OutboxRow),
      from,
    })),
  )
}

function deadLettersOf(replies: Readonly<Record<string, SeamReply>>): string[] {
  return Object.entries(replies).flatMap(([worker, { rows = [] }]) =>
    partOf(rows.flat(), 'dead').map(({ type }) => `${worker}: ${String(type)}`),
  )
}

function partOf(rows: readonly Row[], part: string): Row[] {
  return rows.filter((row) => row['part'] === part)
}

function idsOf(rows: readonly Maybe<'event_id'>[]): string[] {
  return rows.flatMap(({ event_id: id }) => id ?? [])
}

async function chargesOf(stage: Stage, payments: readonly PaymentRow[]): Promise<Facts['charges']> {
  if (payments.length === 0) return new Map()
  const sql = ['select * from charge', 'select * from refunds']
  const objects = payments.map(({ id }) => ({ binding: 'SIMULATED_PROVIDER', name: id, sql }))
  const { payments: reply } = await stage.shop.system.seam({
    gateway: {},
    payments: { read: { objects } },
  })
  return new Map(
    payments.map(({ id }, index) => {
      const [charges = [], refunds = []] = reply?.objects?.[index] ?? []
      return [
        id,
        { charges: charges as unknown as BookedRow[], refunds: refunds as unknown as BookedRow[] },
      ]
    }),
  )
}

function replay(stage: Stage): Promise<Facts['replays']> {
  return Promise.all(
    stage.keyed.map(async ({ call, answer }) => ({
      first: answer,
      again: await stage.ask(call.token ?? '', call),
    })),
  )
}

function viewsOf(stage: Stage): Promise<Facts['views']> {
  return Promise.all(
    stage.orders.map(async ({ id, token }) => {
      const [order, timeline] = await Promise.all([
        stage.ask(token, { path: `/v1/orders/${id}` }),
        stage.ask(token, { path: `/v1/orders/${id}/timeline` }),
      ])
      const items = timeline.body['items'] as readonly { type: string }[]
      return { order: order.body, timeline: items.map(({ type }) => type) }
    }),
  )
}
