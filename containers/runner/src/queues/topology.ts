import type { Channel } from 'amqplib'
import { DELAYS } from './delays.ts'

// Quorum queues write every message to disk before they confirm it, and hand dead letters on only once
// the next queue has confirmed them; classic queues do neither so strictly.
const SAFE = { 'x-queue-type': 'quorum' }
/** Of a message whose container dies again and again: a broker of version 4 drops it at the 20th time. */
const DELIVERIES_MAX = 1_000_000

/** The exchange whose messages wait so long, whatever queue they are addressed to. */
export function delayExchange(seconds: number): string {
  return `kiosk-delay-${seconds}`
}

/** Declares what is used, if it is not there yet. The same declaration twice changes nothing. */
export async function declare(channel: Channel, queues: ReadonlySet<string>): Promise<void> {
  for (const queue of queues) {
    const limit = { 'x-delivery-limit': DELIVERIES_MAX }
    await channel.assertQueue(queue, { durable: true, arguments: { ...SAFE, ...limit } })
  }
  for (const seconds of DELAYS) {
    const name = delayExchange(seconds)
    await channel.assertExchange(name, 'fanout', { durable: true })
    await channel.assertQueue(name, { durable: true, arguments: delayArguments(seconds) })
    await channel.bindQueue(name, name, '')
  }
}

/** What has waited goes to the queue that it was addressed to, through the broker's default exchange. */
function delayArguments(seconds: number): Record<string, unknown> {
  return {
    ...SAFE,
    'x-message-ttl': seconds * 1000,
    'x-dead-letter-exchange': '',
    'x-dead-letter-strategy': 'at-least-once',
    'x-overflow': 'reject-publish',
  }
}
