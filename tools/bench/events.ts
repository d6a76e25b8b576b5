import type { DatabaseSync } from 'node:sqlite'
import { idFloor } from '@kiosk/kit/ids'
import { decodeTime } from 'ulid'
import { openD1 } from './databases.ts'

/** The way of one type of event to one subscriber. */
export interface Hop {
  /** `payment.succeeded → orders` */
  readonly name: string
  /** From being said to being taken by the subscriber's queue, ms; empty where it is not known. */
  readonly sent: readonly number[]
  /** From being said to its effect, ms. */
  readonly taken: readonly number[]
}

/** The Workers that say events in their D1, and a table that only theirs has. */
const PUBLISHERS = { orders: 'order_lines', payments: 'ledger_entries', users: 'credentials' }
/** The Workers that hear them, and a table that only theirs has. */
const SUBSCRIBERS = {
  orders: 'order_lines',
  payments: 'ledger_entries',
  notifications: 'messages',
  catalog: 'products',
}

/**
 * How long events that were said in a time (epoch ms) took, by what the shop itself has written down: the
 * time in the event's id, when its queue took it, and when its subscriber noted it with the effect.
 */
export function readHops(stateDir: string, from: number, to: number): Hop[] {
  const hops = new Map<string, { sent: number[]; taken: number[] }>()
  const hop = (name: string) => {
    const known = hops.get(name) ?? { sent: [], taken: [] }
    hops.set(name, known)
    return known
  }
  const types = new Map<string, string>()
  for (const table of Object.values(PUBLISHERS)) {
    inD1(stateDir, table, (database) => {
      for (const row of database.prepare(SENT).iterate(...floors(from, to))) {
        const [id, type] = [String(row['event_id']), String(row['type'])]
        types.set(id, type)
        if (row['published_at'] === null) continue
        hop(`${type} → ${String(row['destination'])}`).sent.push(
          Number(row['published_at']) - saidAt(id),
        )
      }
    })
  }
  for (const [subscriber, table] of Object.entries(SUBSCRIBERS)) {
    inD1(stateDir, table, (database) => {
      for (const row of database.prepare(TAKEN).iterate(...floors(from, to))) {
        const id = String(row['event_id'])
        // Objects say `stock.changed`, and nobody else tells the catalog anything.
        const type = types.get(id) ?? (subscriber === 'catalog' ? 'stock.changed' : undefined)
        if (type === undefined) continue
        hop(`${type} → ${subscriber}`).taken.push(Number(row['received_at']) - saidAt(id))
      }
    })
  }
  inD1(stateDir, 'messages', (database) => {
    for (const row of database.prepare(MAILED).iterate(...floors(from, to))) {
      const took = Number(row['sent_at']) - saidAt(String(row['event_id']))
      hop('order.confirmed → mail handed over').taken.push(took)
    }
  })
  return [...hops].map(([name, times]) => ({ name, ...times }))
}

const SENT = `
  SELECT event_id, destination, published_at, json_extract(event, '$.type') AS type
  FROM outbox WHERE event_id >= ? AND event_id < ?`
const TAKEN = 'SELECT event_id, received_at FROM inbox WHERE event_id >= ? AND event_id < ?'
const MAILED = `
  SELECT event_id, sent_at FROM messages
  WHERE event_id >= ? AND event_id < ? AND template = 'order_confirmed' AND sent_at IS NOT NULL`

function floors(from: number, to: number): [string, string] {
  return [idFloor('event', from), idFloor('event', to)]
}

function saidAt(eventId: string): number {
  return decodeTime(eventId.slice(eventId.indexOf('_') + 1))
}

function inD1(stateDir: string, table: string, read: (database: DatabaseSync) => void): void {
  const database = openD1(stateDir, table)
  try {
    read(database)
  } finally {
    database.close()
  }
}
