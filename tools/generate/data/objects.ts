import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MIGRATIONS } from '../../../workers/inventory/src/objects/sku-schema.ts'
import {
  type AttemptPolicy,
  countFailure,
  countRequest,
  NO_ATTEMPTS,
} from '../../../workers/users/src/domain/attempts.ts'
import { ROOT } from '../../build.ts'
import type { WorkerSource } from '../../wiring/workers.ts'
import { type Table, tablesOf } from './schema.ts'

/** What a Durable Object class keeps. */
export interface ObjectStore {
  readonly className: string
  /** The Workers that have it, and how they bind it. */
  readonly bindings: readonly string[]
  /** What its source says it is for. */
  readonly purpose: string
  /** What names one object of the class. */
  readonly named: string
  readonly keeps: string
  /** It stands for somebody else, whose data it keeps. */
  readonly isForeign: boolean
  readonly tables: readonly Table[]
  /** Values it keeps by key, as the code makes them. */
  readonly values: Readonly<Record<string, unknown>>
}

interface Description {
  readonly named: string
  readonly keeps: string
  readonly isForeign?: true
  readonly sql?: readonly string[]
  /** Of tables and of their columns: `reservations`, `reservations.owner`. */
  readonly notes?: Readonly<Record<string, string>>
  readonly values?: Readonly<Record<string, unknown>>
}

const ONLY_AN_ALARM = 'Nothing but its next alarm.'
const NOON = Date.UTC(2026, 10, 22, 12)
const POLICY: AttemptPolicy = { failuresMax: 10, windowMs: 900_000, lockMs: 900_000 }

/** What the classes keep that is not in any migration; the test knows whether all of it is said. */
const DESCRIPTIONS: Readonly<Record<string, Description>> = {
  OutboxRelay: { named: '`relay`, one in each Worker', keeps: ONLY_AN_ALARM },
  Reconciler: { named: '`reconciler`, one', keeps: ONLY_AN_ALARM },
  Dispatcher: { named: '`dispatcher`, one', keeps: ONLY_AN_ALARM },
  LoginGuard: {
    named: 'the SHA-256 of an email, whether or not it has an account',
    keeps: 'Two values, which it erases by itself.',
    values: {
      attempts: countFailure(countFailure(NO_ATTEMPTS, NOON, POLICY), NOON + 4_000, POLICY),
      requests: countRequest(undefined, NOON, { max: 5, windowMs: 3_600_000 }),
    },
  },
  SkuStock: {
    named: 'the SKU; the other buckets of stock that is split by `sku#01`, `sku#02`, …',
    keeps: 'A SQLite database. `_migrations` says which steps of its schema are applied.',
    sql: MIGRATIONS,
    notes: {
      balance: 'One row: what there is, what of it is promised, and who has been told.',
      'balance.id': 'Always 1.',
      'balance.on_hand': 'Units on the shelf: the sum of all movements.',
      'balance.reserved': 'Units that are held or pinned.',
      'balance.low_stock_threshold': 'At or below it `stock.low` is said.',
      'balance.is_low': 'Whether it was said, and stock has not risen since.',
      'balance.told_available': 'What `stock.changed` has told last: units that can be had.',
      'balance.told_version': 'The version that it told of.',
      'balance.told_at': 'When it told.',
      'balance.announce_at': 'By when it tells again; null: nothing to tell.',
      'balance.indexed_version': 'What the row in D1 shows.',
      'balance.index_at': 'By when that row is written again; null: it is up to date.',
      'balance.bucket': 'Which bucket of its SKU this is; 0: home.',
      'balance.rises': 'How often more could be promised than before.',
      'balance.sent': 'Of a bucket: units that it has sent home, ever.',
      'balance.received': 'Of a bucket: units that it has got from home, ever.',
      'balance.transferred_at': 'When it last sent or received some.',
      'balance.splits': 'Of home: since when over how many buckets; null: it never was split.',
      'balance.elsewhere_on_hand': 'Of home: units in the other buckets, or on their way.',
      'balance.elsewhere_reserved': 'What of them is held or pinned.',
      'balance.elsewhere_version': 'The sum of the versions of the other buckets.',
      'balance.exchange_at': 'By when home asks what has become of units; null: nothing is open.',
      buckets: 'What home knows of each other bucket of stock that is split.',
      'buckets.bucket': 'Its number.',
      'buckets.version': 'Of its balance, when it last reported.',
      'buckets.on_hand': 'What it had then.',
      'buckets.reserved': 'What of it was held or pinned.',
      'buckets.rises': 'How often more could be promised there than before.',
      'buckets.arrived': 'Units from home that it had received, ever.',
      'buckets.sent': 'Units that home has sent there, ever.',
      'buckets.received': 'Units that home has got from there, ever.',
      'buckets.transferred_at': 'When home last sent or received some.',
      reservations:
        'This part of every reservation that names the SKU; kept, so that none counts twice.',
      'reservations.reservation_id': 'Refers to inventory.reservations.id.',
      'reservations.order_id': 'Refers to orders.orders.id.',
      'reservations.quantity': 'Units of this SKU.',
      'reservations.fingerprint': 'Of the order and all lines: another one is another request.',
      'reservations.owner': 'Who may end it.',
      'reservations.several_lines': 'Whether others may still give it back: see `contended`.',
      'reservations.traceparent': 'Of the request, so that its expiry is found with it.',
      'reservations.taken_at': 'When its units were taken.',
      'reservations.attempt': 'The call that may back out of it; null when others rely on it.',
      'reservations.state': 'How it stands.',
      'reservations.expires_at': 'The deadline of a hold; null when it never was one.',
      'reservations.changed_at': 'Since when it is as it is.',
      movements:
        'The ledger: every change of what is on hand, and why. Never edited, never deleted.',
      'movements.at': 'When.',
      'movements.delta': 'Units that came, or went.',
      'movements.reason': '`sale`, `return`, `transfer`, or what staff gave as one.',
      'movements.reference': 'What caused it, such as an order; of a transfer, the other end.',
      'movements.actor': 'Who did it: a user, or `system`.',
      'movements.on_hand': 'What was left.',
      outbox: 'Events that happen once, one row per destination.',
      'outbox.event_id': 'Its ULID says when the event was made.',
      'outbox.destination': 'The Worker that hears it.',
      'outbox.event': 'The whole CloudEvent, as it is sent.',
      'outbox.attempts': 'Sends that failed since it became due.',
      'outbox.due_at': 'When it is sent, or sent again.',
      'outbox.published_at': 'When its queue took it; null: not yet.',
    },
  },
  SimulatedProvider: {
    named: 'the id of the payment, which is the key of its charge',
    keeps: 'A SQLite database.',
    isForeign: true,
    sql: tablesInSource('workers/payments/src/objects/simulated-provider.ts'),
    notes: {
      charge: 'One row: what the simulated bank decided.',
      'charge.key': 'Refers to payments.payments.id.',
      'charge.amount_minor': 'What was charged.',
      'charge.outcome': 'What it answers whenever it is asked.',
      'charge.answer_at': 'A slow bank answers only then.',
      refunds: 'What went back of the charge, or was refused.',
      'refunds.key': 'Refers to payments.refunds.id.',
      'refunds.amount_minor': 'What went back.',
      'refunds.outcome': 'What it answers whenever it is asked.',
      webhooks: 'Webhooks that are still to be delivered; gone as soon as they were.',
      'webhooks.id': 'Known to `webhook_events` once it took effect.',
      'webhooks.due_at': 'When it is sent, or sent again.',
      'webhooks.attempts': 'How often it was sent.',
    },
  },
}

/** Every class of Durable Object that the Workers bind. */
export function objectStores(workers: readonly WorkerSource[]): ObjectStore[] {
  const purposes = purposesOf()
  const bindings = Map.groupBy(
    workers.flatMap(({ worker, config }) =>
      (config.durable_objects?.bindings ?? []).map(({ name, class_name: className }) => ({
        className,
        bound: `${worker} \`${name}\``,
      })),
    ),
    ({ className }) => className,
  )
  return [...bindings].map(([className, bound]) => {
    const {
      named = '',
      keeps = '',
      isForeign = false,
      sql = [],
      notes = {},
      values = {},
    } = DESCRIPTIONS[className] ?? ({} as Partial<Description>)
    return {
      className,
      bindings: bound.map((binding) => binding.bound),
      purpose: purposes.get(className) ?? '',
      named,
      keeps,
      isForeign,
      tables: tablesOf(sql, notes),
      values,
    }
  })
}

/** What is described, but bound nowhere. */
export function describedClasses(): string[] {
  return Object.keys(DESCRIPTIONS)
}

const CLASS = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export class (\w+) extends/g

/** The comments above the classes of Durable Objects. */
function purposesOf(): Map<string, string> {
  const files = globSync(['workers/*/src/objects/*.ts', 'packages/kit/src/*.ts'], { cwd: ROOT })
  return new Map(
    files.flatMap((file) =>
      [...readFileSync(join(ROOT, file), 'utf8').matchAll(CLASS)].map(
        ([, comment = '', name = '']) =>
          [name, comment.replaceAll(/\s*\n?\s*\* ?/g, ' ').trim()] as const,
      ),
    ),
  )
}

/** The tables that a class makes when it wakes up, from its source. */
function tablesInSource(file: string): string[] {
  const source = readFileSync(join(ROOT, file), 'utf8')
  return [...source.matchAll(/`(\s*CREATE TABLE[^`]*)`/g)].map(([, sql = '']) => sql)
}
