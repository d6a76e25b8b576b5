import { SUBSCRIBERS } from '@kiosk/contracts/events'
import { openDatabase } from '@kiosk/kit/database'
import { replayDeadLetter } from '@kiosk/kit/dead-letters'
import { republish as republishStock } from '../../../workers/inventory/src/operations/republish.ts'
import {
  signWebhook,
  type ChargeUpdated,
} from '../../../workers/payments/src/providers/simulated/webhook.ts'
import { SECRETS } from '../shop/settings.ts'
import type { Shop } from '../shop/shop.ts'
import type { Act, Scene } from './cast.ts'

const OPERATOR = { id: 'operator', role: 'admin' } as const

/** Sends every dead letter of a Worker to its queue again. */
export function replayDeadLetters({ shop, book }: Scene, subscriber: (typeof SUBSCRIBERS)[number]) {
  const d1 = shop.d1[subscriber]
  const letters = d1.sqlite.peek<{ id: string }>(
    'SELECT id FROM dead_letters WHERE replayed_at IS NULL',
  )
  const { queue } = shop.queues[subscriber]
  for (const { id } of letters) {
    void book.attempt('replay', () =>
      shop.request(subscriber, 'replay', OPERATOR, () =>
        replayDeadLetter(openDatabase(d1 as never), queue as never, id),
      ),
    )
  }
}

export const replay: Act = (scene) => {
  const subscriber = scene.shop.platform.random.pick(SUBSCRIBERS)
  replayDeadLetters(scene, subscriber)
}

interface Relay {
  republish(since: number, subscriber: string | null): Promise<number>
}

/** What was published lately is sent again, to one subscriber or to all. */
export const republish: Act = ({ shop, book }) => {
  const { random, clock } = shop.platform
  const since = clock.now - random.magnitude(1_000, 60 * 60_000)
  const subscriber = random.chance(0.5) ? null : random.pick(SUBSCRIBERS)
  const worker = random.pick(['catalog', 'orders', 'payments', 'inventory'] as const)
  void book.attempt('republish', () =>
    shop.request(worker, 'republish', OPERATOR, () => {
      if (worker === 'inventory') return republishStock(shop.deps.inventory, since, subscriber)
      return (relayOf(shop, worker).getByName('relay') as Relay).republish(since, subscriber)
    }),
  )
}

function relayOf({ objects }: Shop, worker: 'catalog' | 'orders' | 'payments') {
  return objects[`${worker}Relay`]
}

export const cron: Act = ({ shop, book }) => {
  const worker = shop.platform.random.pick(['catalog', 'orders', 'payments', 'notifications'])
  void book.attempt('cron', () => shop.runCron(worker as 'orders'))
}

const WEBHOOK_DELAY_MS_MAX = 10 * 60_000

/** The bank tells what it knows of a charge: now, later, or twice; later it may be out of date. */
export const tellByWebhook: Act = ({ shop, book }) => {
  const { random, clock } = shop.platform
  const object = random.pick([...shop.objects.provider.objects.values()].slice(-12))
  const [charge] =
    object?.storage.sqlite.peek<{ key: string; outcome: string; answer_at: number }>(
      'SELECT * FROM charge',
    ) ?? []
  if (charge === undefined || charge.answer_at > clock.now) return
  const data = { key: charge.key, charge: JSON.parse(charge.outcome) }
  const event = { type: 'charge.updated', data } as ChargeUpdated
  const webhook = signWebhook(SECRETS.SIMULATED_WEBHOOK_SECRET, crypto.randomUUID(), event)
  const send = () =>
    void book.attempt('webhook', async () => shop.platform.exports.default?.fetch('', webhook))
  for (let time = random.int(1, 2); time > 0; time--) {
    const delayMs = random.chance(0.5) ? 0 : random.magnitude(1_000, WEBHOOK_DELAY_MS_MAX)
    clock.at(clock.now + delayMs, 'the bank sends a webhook', send)
  }
}

/** Somebody who has long been using the shop becomes known to notifications. */
export const register: Act = ({ shop }) => shop.people.introduce(1)
