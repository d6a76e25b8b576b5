import { orderEnds } from './endings.ts'
import type { Journey } from './journey.ts'

/** The news of the payment cannot be taken in until somebody mends what is broken and replays it. */
export const deadLetterThenReplay: Journey = {
  name: 'dead letter then replay',
  hold: 'long',
  units: [5],
  play: async (stage) => {
    await stage.break('orders', ['queue payment.succeeded', 'update orders'])
    try {
      const order = await stage.order()
      if (order === null) return
      await stage.pay(order.id, 'tok_ok')
      const letter = await stage.until(
        'orders',
        `select id from dead_letters where event like '%${order.id.slice(4)}%'
         union all select '' from orders where id = '${order.id}' and status <> 'pending'`,
      )
      await stage.mendAll()
      if (letter === null) throw new Error('the message did not become a dead letter')
      // A fault at the very write that is broken lets it pass: then there is nothing to replay.
      if (letter['id'] === '') return
      const path = `/v1/ops/dead-letters/${String(letter['id'])}/replay`
      await stage.ask(stage.shop.staff, { path, body: {} })
    } finally {
      await stage.mendAll()
    }
  },
  ends: (facts) => orderEnds(facts, ['processing paid']),
}
