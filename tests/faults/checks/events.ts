import type { Facts } from './facts.ts'
import { type Violation, wrong } from './violation.ts'

/** The events that customers are told of, and the template that does it. */
const TOLD: Readonly<Record<string, string>> = {
  'order.placed': 'order_placed',
  'order.confirmed': 'order_confirmed',
  'order.shipped': 'order_shipped',
  'order.delivered': 'order_delivered',
  'order.cancelled': 'order_cancelled',
  'payment.succeeded': 'payment_succeeded',
  'payment.failed': 'payment_failed',
  'payment.refunded': 'payment_refunded',
}

/** Every committed change was told, and has reached every subscriber. */
export function* checkEvents(facts: Facts): Iterable<Violation> {
  for (const row of facts.outbox) {
    const event = JSON.parse(row.event) as { type: string }
    const what = `${event.type} from ${row.from} to ${row.destination}`
    if (row.published_at === null) yield wrong('event_sent', `${what} was not sent`)
    if (!facts.heard[row.destination]?.includes(row.event_id)) {
      yield wrong('event_heard', `${what} was not heard`)
    } else if (!isTaken(facts, row)) {
      yield wrong('event_effect', `${what} had no effect`)
    }
  }
  for (const letter of facts.deadLetters) yield wrong('dead_letter', letter)
  yield* checkTransitionsTold(facts)
}

/** Inventory is left out: releasing stock twice is releasing it once, so its inbox is written after the effect. */
function isTaken({ taken }: Facts, row: Facts['outbox'][number]): boolean {
  return taken[row.destination]?.includes(row.event_id) ?? row.destination === 'inventory'
}

/** A change of an order's status without its event would be a silent one. */
function* checkTransitionsTold({ transitions, outbox }: Facts) {
  const told = outbox
    .filter(({ from }) => from === 'orders')
    .map(({ event }) => JSON.parse(event) as { type: string; subject: string })
  for (const { order_id: orderId, type } of transitions) {
    if (!type.startsWith('order.')) continue
    const isTold = told.some((event) => event.type === type && event.subject === orderId)
    if (!isTold) yield wrong('event_written', `${type} of ${orderId} was not told`)
  }
}

/** One message record per event, template, channel and recipient, and each was handed over. */
export function* checkMessages(facts: Facts): Iterable<Violation> {
  const seen = new Set<string>()
  for (const { id, event_id: event, template, channel, recipient, status } of facts.messages) {
    const key = [event, template, channel, recipient].join(' ')
    if (seen.has(key)) yield wrong('message_once', key)
    seen.add(key)
    const isAccepted = facts.mailbox.some((letter) => letter.message_id === id)
    if (status !== 'sent' || !isAccepted) yield wrong('message_sent', `${key} is ${status}`)
  }
  for (const { event_id: id, destination, event } of facts.outbox) {
    const template = TOLD[(JSON.parse(event) as { type: string }).type]
    if (destination !== 'notifications' || template === undefined) continue
    const mails = facts.messages.filter((mail) => mail.event_id === id && mail.channel === 'email')
    if (mails.length !== 1 || mails[0]?.template !== template) {
      yield wrong('message_once', `${mails.length} mails of ${id} (${template})`)
    }
  }
}
