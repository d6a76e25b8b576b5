import type { DatabaseSync } from 'node:sqlite'
import { timeOfId } from '@kiosk/contracts/primitives/id'
import { idFloor } from '@kiosk/kit/ids'
import { openD1 } from './databases.ts'

/** The way of one type of event to one subscriber. */
export interface Hop {
  /** `payment.succeeded → orders` */
  readonly name: string
  /** From being said to its effect, ms. */
  readonly times: readonly number[]
}

const INBOX = 'SELECT event_id, received_at AS at FROM inbox WHERE event_id >= ? AND event_id < ?'
const TIMELINES = `
  SELECT entry.value ->> 'eventId' AS event_id, entry.value ->> 'at' AS at
  FROM orders, json_each(orders.timeline) AS entry
  WHERE event_id >= ? AND event_id < ?`
const MESSAGES =
  'SELECT event_id, created_at AS at FROM messages WHERE event_id >= ? AND event_id < ?'
const MAILS = `
  SELECT event_id, sent_at AS at FROM messages
  WHERE event_id >= ? AND event_id < ? AND template = 'order_confirmed' AND sent_at IS NOT NULL`
const SAID = `
  SELECT event ->> '$.id' AS event_id, event ->> '$.type' AS type FROM outbox
  WHERE event_id >= ? AND event_id < ?`

/** The Workers that say events in their D1, and a table that only theirs has. */
const PUBLISHERS = { orders: 'lapsed_holds', payments: 'ledger_entries', users: 'credentials' }
/** The Workers that hear them, a table that only theirs has, and what says when an event took effect there. */
const SUBSCRIBERS = {
  orders: { table: 'lapsed_holds', effects: [TIMELINES, INBOX] },
  payments: { table: 'ledger_entries', effects: [INBOX] },
  inventory: { table: 'stock_index', effects: [INBOX] },
  notifications: { table: 'messages', effects: [MESSAGES, INBOX] },
}

/**
 * How long events that were said in a time (epoch ms) took, by what the shop itself has written down: the
 * time in the event's id, and when its subscriber noted it with the effect.
 */
export function readHops(stateDir: string, from: number, to: number): Hop[] {
  const window = [idFloor('event', from), idFloor('event', to)] as const
  const read = (table: string, sql: string) =>
    inD1(stateDir, table, (database) => database.prepare(sql).all(...window))
  const types = new Map(
    Object.values(PUBLISHERS).flatMap((table) =>
      read(table, SAID).map((row) => [String(row['event_id']), String(row['type'])] as const),
    ),
  )
  const hops = new Map<string, number[]>()
  const note = (name: string, row: Record<string, unknown>) => {
    const times = hops.get(name) ?? []
    hops.set(name, times)
    times.push(Number(row['at']) - timeOfId(String(row['event_id'])))
  }
  for (const [subscriber, { table, effects }] of Object.entries(SUBSCRIBERS)) {
    for (const row of effects.flatMap((sql) => read(table, sql))) {
      const type = types.get(String(row['event_id']))
      if (type !== undefined) note(`${type} → ${subscriber}`, row)
    }
  }
  for (const row of read('messages', MAILS)) note('order.confirmed → mail handed over', row)
  return [...hops].map(([name, times]) => ({ name, times }))
}

function inD1<T>(stateDir: string, table: string, read: (database: DatabaseSync) => T): T {
  const database = openD1(stateDir, table)
  try {
    return read(database)
  } finally {
    database.close()
  }
}
