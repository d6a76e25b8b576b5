import type { Stage } from '../stage.ts'
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
      const letters = `select id from dead_letters
        where event like '%${order.id.slice(4)}%' and replayed_at is null`
      const seen = await stage.until('orders', letters, PATIENCE_MS)
      if (seen === null) throw new Error('the message did not become a dead letter')
      await stage.mendAll()
      await stage.quiet()
      await replayAll(stage, letters)
    } finally {
      await stage.mendAll()
    }
  },
  ends: (facts) => orderEnds(facts, ['processing paid']),
}

/** As operators do, until there is nothing left: a letter that a crash has stored twice is there again. */
async function replayAll(stage: Stage, letters: string): Promise<void> {
  for (;;) {
    const letter = await stage.until('orders', letters, 0)
    if (letter === null) return
    const path = `/v1/ops/dead-letters/${String(letter['id'])}/replay`
    await stage.ask(stage.shop.staff, { path, body: {} })
    await stage.quiet()
  }
}
