import { OrderStatus } from '@kiosk/contracts/http/orders'
import { expect, it } from 'vitest'
import { MOVES } from '../../../workers/orders/src/domain/order.ts'
import { deliveries } from '../../wiring.ts'
import { readWorkers } from '../../wiring/workers.ts'
import { orderMoves } from './order-states.ts'
import { paymentMoves } from './payment-states.ts'
import { queuesDiagram } from './queues.ts'
import { reservationMoves } from './reservation-states.ts'
import { workersDiagram } from './workers.ts'

it('shows every move of an order, and no other', () => {
  const table = OrderStatus.options.flatMap((from) => MOVES[from].map((to) => `${from} → ${to}`))
  const shown = new Set(orderMoves().map(({ from, to }) => `${from} → ${to}`))
  expect([...shown].toSorted()).toEqual(table.toSorted())
})

it('shows that money is final, and that a released line is', () => {
  const ends = (moves: { from: string }[], state: string) =>
    moves.every(({ from }) => from !== state)
  for (const state of ['succeeded', 'failed', 'voided']) {
    expect(ends(paymentMoves(), state), state).toBe(true)
  }
  expect(ends(reservationMoves(), 'released')).toBe(true)
  expect(reservationMoves()).toContainEqual({ from: 'pinned', to: 'expired', because: 'unpin' })
})

it('shows every Worker with what it is bound to, and every event with who hears it', () => {
  const workers = readWorkers()
  const { text } = workersDiagram(workers)
  for (const { config } of workers) {
    for (const { class_name: name } of config.durable_objects?.bindings ?? []) {
      expect(text).toContain(`object ${name}`)
    }
    for (const { database_name: name } of config.d1_databases ?? []) {
      expect(text).toContain(`D1 ${name}`)
    }
  }
  const { text: queues } = queuesDiagram(workers)
  for (const { type, from, to } of deliveries()) {
    const [, bundle = ''] = new RegExp(`(events\\d+)\\("\`[^"]*\\b${type}\\b`).exec(queues) ?? []
    expect(queues).toContain(`${from}_says --- ${bundle}\n`)
    expect(queues).toMatch(new RegExp(`${bundle} -+> ${to}\n`))
  }
})
