import { orderEnds } from './endings.ts'
import { ENOUGH, type Journey } from './journey.ts'

/** Storing a letter is tried again only after half a minute: `retry_delay` of its queue. */
const PATIENCE_MS = 45_000

/** The news of the payment cannot be taken in until somebody mends what is broken and replays it. */
export const deadLetterThenReplay: Journey = {
  name: 'dead letter then replay',
  hold: 'long',
  units: [ENOUGH],
  play: async (stage) => {
    await stage.break('orders', ['queue payment.succeeded', 'update orders'])
    try {
      const order = await stage.order()
      if (order === null) return
      await stage.pay(order.id, 'tok_ok')
      const letters = `select id from dead_letters where event like '%${order.id.slice(4)}%'`
      const passed = `select '' from orders where id = '${order.id}' and status <> 'pending'`
      const first = await stage.until('orders', `${letters} union all ${passed}`, PATIENCE_MS)
      await stage.mendAll()
      if (first === null) throw new Error('the message did not become a dead letter')
      // A fault at the very write that is broken lets it pass. The message may die all the same.
      if (first['id'] === '') await stage.quiet()
      const letter = await stage.until('orders', letters, 0)
      if (letter === null) return
      const path = `/v1/ops/dead-letters/${String(letter['id'])}/replay`
      await stage.ask(stage.shop.staff, { path, body: {} })
    } finally {
      await stage.mendAll()
    }
  },
  ends: (facts) => orderEnds(facts, ['processing paid']),
}
