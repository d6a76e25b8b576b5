import type { Usage } from '../../tests/cost/measure.ts'
import type { Kind } from '../../tests/cost/seam/protocol.ts'
import { amountsOf, usdOf, type Resource } from './bill.ts'
import prices from './prices.json' with { type: 'json' }

/** What is bought, and what is used for it: texts of `worker kind name`. The first that fits counts. */
const PURPOSES: readonly (readonly [purpose: string, used: RegExp])[] = [
  ['Being asked: requests', / request (?:GET|POST|PATCH)/],
  ['Events reach their subscribers: queues', / queue /],
  ['Texts of messages that an operator may replace', / kv /],
  ['Rows that are read', / read /],
  ['A retry makes no second order or payment: idempotency keys', /idempotency_claims/],
  ['No event is lost: outboxes and their relays', /outbox|RELAY|OutboxRelay/],
  ['No event takes effect twice: inboxes', /inbox/],
  ['The order, found by its customer and by its status', /^orders d1 written/],
  ['The payment, its ledger, and reconciliation', /^payments /],
  [
    'The last unit is sold once: balance, holds, movements',
    /STOCK|SkuStock (?:insert|update|delete)/,
  ],
  ['Holds end and stock is told on time: alarms', /SkuStock/],
  ['Stock in the shop window and in the lists of staff', /^(?:catalog|inventory) d1 written/],
  ['Three messages: rendered, kept, handed over', /^notifications /],
  ['Signing in', /^users /],
]

const RESOURCES: Readonly<Record<Kind, Resource | null>> = {
  request: 'requests',
  'service call': null,
  'd1 read': 'd1RowsRead',
  'd1 written': 'd1RowsWritten',
  'object request': 'objectRequests',
  'object read': 'objectRowsRead',
  'object written': 'objectRowsWritten',
  'queue write': 'queueOperations',
  'queue read': 'queueOperations',
  'queue delete': 'queueOperations',
  'kv read': 'kvReads',
  'kv write': 'kvWrites',
  'log line': null,
}

/** What the dollars for a million of an operation buy, the most expensive first. */
export function purposesOf(usage: Usage): (readonly [purpose: string, usd: number])[] {
  const bought = new Map<string, number>()
  const add = (what: string, resource: Resource, amount: number) => {
    const purpose = purposeOf(what)
    const usd = amount * prices.usdPerMillion[resource]
    bought.set(purpose, (bought.get(purpose) ?? 0) + usd)
  }
  for (const [worker, tally] of Object.entries(usage.used)) {
    for (const [kind, names] of Object.entries(tally)) {
      const resource = RESOURCES[kind as Kind]
      if (resource === null) continue
      for (const [name, times] of Object.entries(names)) {
        add(`${worker} ${kind} ${name}`, resource, times)
      }
    }
  }
  for (const [worker, tables] of Object.entries(usage.forgotten)) {
    for (const [table, rows] of Object.entries(tables)) {
      add(`${worker} d1 written delete ${table}`, 'd1RowsWritten', rows)
    }
  }
  const { cpuMs = 0, objectGbSeconds = 0 } = amountsOf(usage)
  bought.set('Time of processors and objects, as assumed', usdOf({ cpuMs, objectGbSeconds }))
  return [...bought].toSorted(([, a], [, b]) => b - a)
}

/** @throws when nothing says what a part of the bill is for */
function purposeOf(what: string): string {
  const [purpose] = PURPOSES.find(([, used]) => used.test(what)) ?? []
  if (purpose === undefined)
    throw new Error(`Say in ${import.meta.filename} what this buys: ${what}`)
  return purpose
}
