import type { ChargeOutcome } from '../../../workers/payments/src/domain/outcome.ts'
import {
  type GivenUp,
  type Payment,
  type PaymentStatus,
  settle,
} from '../../../workers/payments/src/domain/payment.ts'
import { GENERATED, type Diagram } from './diagram.ts'
import { type Move, stateDiagram } from './states.ts'

const STATUSES: readonly PaymentStatus[] = [
  'processing',
  'requires_action',
  'succeeded',
  'failed',
  'voided',
]

/** What may be learned of a charge, by what it is called in the picture. */
const OUTCOMES: Readonly<Record<string, ChargeOutcome | GivenUp>> = {
  captured: { status: 'succeeded' },
  'to be confirmed': { status: 'requires_action' },
  declined: { status: 'declined', failureCode: 'card_declined' },
  'cancelled there': { status: 'cancelled' },
  'no trace after its timeout': { status: 'given_up' },
  'no answer yet': { status: 'pending' },
  'unknown there': { status: 'unknown' },
}

const NOW = 1

/** Everything that the rules of a payment make of everything that may be learned, in every state. */
function settlements() {
  return STATUSES.flatMap((from) =>
    Object.entries(OUTCOMES).flatMap(([outcome, learned]) =>
      [false, true].flatMap((orderClosed) => {
        const at = { orderClosed, now: NOW, nextCheckAt: NOW, lastCheckAt: NOW }
        const settlement = settle(paymentIn(from), learned, at)
        if (settlement === null) return []
        const { payment, returns } = settlement
        return [{ from, to: payment.status, outcome, orderClosed, returns }]
      }),
    ),
  )
}

/** Every move that they allow. */
export function paymentMoves(): Move[] {
  const moves = settlements().filter(({ from, to }) => from !== to)
  const isOpenToo = (move: (typeof moves)[number]) =>
    moves.some(
      ({ from, to, outcome, orderClosed }) =>
        !orderClosed && from === move.from && to === move.to && outcome === move.outcome,
    )
  return [
    ...moves.flatMap((move) => {
      const { from, to, outcome, orderClosed } = move
      if (!orderClosed) return [{ from, to, because: outcome }]
      // What is the same for a closed order is said once.
      return isOpenToo(move) ? [] : [{ from, to, because: 'its order closed' }]
    }),
    // By a statement and not by these rules: see `closeOrder` in workers/payments/src/store.
    { from: 'requires_action', to: 'voided', because: 'its order closed' },
  ].toSorted((a, b) => placeOf(a.to) - placeOf(b.to))
}

function placeOf(status: string): number {
  return STATUSES.findIndex((one) => one === status)
}

/** In which states money that came goes back by itself. */
function refundNotes(): Map<string, string> {
  const notes = settlements()
    .filter(({ returns }) => returns !== null)
    .map(({ from, to }) => {
      const when = from === to ? 'if it is captured all the same' : 'if its order is closed'
      return [to, `refunded in full<br/>${when}`] as const
    })
  return new Map(notes)
}

function paymentIn(status: PaymentStatus): Payment {
  const amountMinor = 1000
  return {
    id: 'pay_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C',
    orderId: 'ord_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C',
    customerId: 'usr_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C',
    amountMinor,
    currency: 'USD',
    provider: 'simulated',
    providerRef: null,
    status,
    failureCode: status === 'failed' ? 'card_declined' : null,
    capturedMinor: status === 'succeeded' ? amountMinor : 0,
    refundedMinor: 0,
    version: 1,
    answerBy: 0,
    checkAt: 0,
    checks: 0,
    traceparent: '',
    createdAt: 0,
    updatedAt: 0,
  }
}

export function paymentStates(): Diagram {
  const about = `The states of a payment. ${GENERATED} from workers/payments/src/domain/payment.ts.`
  const first = { from: '[*]', to: 'processing', because: 'written, then charged' }
  return {
    path: 'docs/diagrams/payment-states.mmd',
    text: stateDiagram(about, first, paymentMoves(), refundNotes()),
  }
}
