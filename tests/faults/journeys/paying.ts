import { stateOf, orderEnds } from './endings.ts'
import { ENOUGH, type Journey } from './journey.ts'

/** Ordered, paid, shipped, delivered: two SKUs, so that a crash can fall between them. */
export const happyPath: Journey = {
  name: 'happy path',
  hold: 'long',
  units: [ENOUGH, ENOUGH],
  triesShared: true,
  play: async (stage) => {
    const order = await stage.order()
    if (order === null) return
    await stage.pay(order.id, 'tok_ok')
    const confirmed = `select 1 as x from orders where id = '${order.id}' and status <> 'pending'`
    await stage.until('orders', confirmed)
    await stage.move(order.id, 'shipped')
    await stage.move(order.id, 'delivered')
  },
  ends: (facts) => orderEnds(facts, ['delivered paid']),
}

export const declinedThenPaid: Journey = {
  name: 'declined then paid',
  hold: 'long',
  units: [ENOUGH],
  play: async (stage) => {
    const order = await stage.order()
    if (order === null) return
    await stage.pay(order.id, 'tok_declined')
    await stage.pay(order.id, 'tok_ok')
  },
  ends: (facts) => orderEnds(facts, ['processing paid']),
}

export const threeDSecure: Journey = {
  name: '3-D Secure',
  hold: 'long',
  units: [ENOUGH],
  play: async (stage) => {
    const order = await stage.order()
    if (order === null) return
    const payment = await stage.pay(order.id, 'tok_3ds')
    if (payment === null) return
    await stage.confirm(payment.id)
  },
  ends: (facts) => orderEnds(facts, ['processing paid']),
}

export const noAnswer: Journey = {
  name: 'no answer from the provider',
  hold: 'long',
  units: [ENOUGH],
  play: async (stage) => {
    const order = await stage.order()
    if (order !== null) await stage.pay(order.id, 'tok_no_answer')
  },
  ends: (facts) => orderEnds(facts, ['processing paid']),
}

/** Whoever gets it pays at once. A crashed attempt may keep it from both until its hold ends. */
export const lastUnit: Journey = {
  name: 'two orders for the last unit',
  hold: 'short',
  units: [1],
  triesShared: true,
  play: async (stage) => {
    await Promise.all(
      [stage.ada, stage.bob].map(async (token) => {
        const order = await stage.order(token)
        if (order !== null) await stage.pay(order.id, 'tok_ok', token)
      }),
    )
  },
  ends: ({ orders }) => {
    const sold = orders.filter(({ status }) => status === 'processing')
    const others = orders.filter(({ status }) => status !== 'processing').map(stateOf)
    const wrong = others.filter((state) => !/^cancelled \((expired|out_of_stock)\)/.test(state))
    return [
      ...(sold.length > 1 ? [`the last unit was sold ${sold.length} times`] : []),
      ...wrong.map((state) => `an order is ${state}`),
    ]
  },
}
