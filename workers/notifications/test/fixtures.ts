import type { EventData, EventOf, HeardBy } from '@kiosk/contracts/events'
import { money } from '@kiosk/contracts/primitives/money'
import { newEvent } from '@kiosk/kit/events'
import { newId } from '@kiosk/kit/ids'
import { env } from 'cloudflare:workers'
import { createDeps, type Deps } from '../src/deps.ts'
import type { Env } from '../src/env.ts'
import { handlers } from '../src/events/index.ts'

type Heard = HeardBy<'notifications'>

/** The bindings of the Worker under test. */
export const testEnv = env as unknown as Env

/** Real everything, but nothing is handed over unless a test does it. */
export function quietDeps(change: Partial<Deps> = {}): Deps {
  const dispatcher = { awake: async () => {}, nudge: () => {} }
  return { ...createDeps(testEnv), dispatcher, handOver: async () => {}, ...change }
}

type User = EventData<'user.registered'>

export function user(change: Partial<User> = {}): User {
  return {
    userId: newId('user'),
    email: 'ada@kiosk.test',
    name: 'Ada',
    locale: 'en',
    role: 'customer',
    ...change,
  }
}

/** An order's events, with everything that any of them carries. */
export function orderFacts(customerId: string) {
  return {
    orderId: newId('order'),
    number: '8Y9Z0-A1B2C',
    customerId,
    reservationId: newId('reservation'),
    lines: [
      {
        sku: 'TEE',
        name: 'Tee',
        quantity: 2,
        unitPrice: money(61_728, 'EUR'),
        total: money(123_456, 'EUR'),
      },
    ],
    total: money(123_456, 'EUR'),
    shippingAddress: {
      name: 'Ada Lovelace',
      line1: 'Street 1',
      line2: 'Backyard',
      city: 'Berlin',
      region: 'BE',
      postalCode: '10115',
      country: 'DE',
    },
    expiresAt: '2026-11-20T12:30:00.000Z',
    paymentId: newId('payment'),
    tracking: { carrier: 'DHL', number: 'JD0123456789' },
    reason: 'expired' as const,
  }
}

/** A payment's events, with everything that any of them carries. */
export function paymentFacts(customerId: string) {
  return {
    paymentId: newId('payment'),
    orderId: 'ord_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C',
    customerId,
    amount: money(123_456, 'EUR'),
    failureCode: 'card_declined',
    refundId: newId('refund'),
    refunded: money(1_000, 'EUR'),
    refundedTotal: money(2_000, 'EUR'),
    fully: false,
    reason: 'a note of the staff',
  }
}

export function eventOf<T extends Heard>(
  type: T,
  data: EventData<T>,
  aggregateversion = 1,
): EventOf<T> {
  return newEvent(type, { subject: 'subject', aggregateversion, data })
}

/** Has an event handled as its message would be. */
export function handle<T extends Heard>(deps: Deps, event: EventOf<T>): Promise<void> {
  const table = handlers as unknown as Record<string, (e: EventOf<T>, d: Deps) => Promise<void>>
  const handler = table[event.type]
  if (handler === undefined) throw new Error(`nobody hears ${event.type}`)
  return handler(event, deps)
}

/** A user that the Worker knows, whose welcome mail is out of the way. */
export async function knownUser(deps: Deps, change: Partial<User> = {}): Promise<User> {
  const known = user(change)
  await handle(deps, eventOf('user.registered', known))
  await testEnv.DB.prepare('delete from messages where recipient = ?').bind(known.userId).run()
  return known
}

interface Row {
  id: string
  event_id: string
  template: string
  channel: string
  to_address: string
  subject: string | null
  text: string
  html: string | null
  status: string
  order_id: string | null
  attempts: number
  due_at: number | null
  last_error: string | null
}

/** The messages recorded for a person, email before SMS. */
export async function messagesOf(userId: string): Promise<Row[]> {
  const { results } = await testEnv.DB.prepare(
    'select * from messages where recipient = ? order by channel, id',
  )
    .bind(userId)
    .all<Row>()
  return results
}

/** What the development mailbox accepted under a message's id. */
export async function lettersOf(messageId: string): Promise<{ text: string }[]> {
  const { results } = await testEnv.DB.prepare('select * from mailbox where message_id = ?')
    .bind(messageId)
    .all<{ text: string }>()
  return results
}
