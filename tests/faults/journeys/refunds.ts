import { orderEnds } from './endings.ts'
import { ENOUGH, type Journey } from './journey.ts'

/** A part goes back, then the rest. */
export const refunds: Journey = {
  name: 'partial then full refund',
  hold: 'long',
  units: [ENOUGH],
  play: async (stage) => {
    const order = await stage.order()
    if (order === null) return
    const payment = await stage.pay(order.id, 'tok_ok')
    if (payment === null) return
    await stage.refund(payment.id, 500)
    await stage.refund(payment.id)
  },
  ends: (facts) => orderEnds(facts, ['processing refunded']),
}
