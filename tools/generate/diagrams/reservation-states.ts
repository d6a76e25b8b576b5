import {
  backOut,
  deduct,
  expire,
  extend,
  pin,
  release,
  type Reservation,
  type ReservationChange,
  type SkuState,
  reserve,
  sell,
  type Terms,
  unpin,
} from '../../../workers/inventory/src/domain/reservation.ts'
import { GENERATED, type Diagram } from './diagram.ts'
import { type Move, stateDiagram } from './states.ts'

const STOCK = {
  sku: 'A',
  onHand: 10,
  reserved: 5,
  version: 1,
  lowStockThreshold: 0,
  isLow: false,
}

const TERMS: Terms = {
  reservationId: 'rsv_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C',
  orderId: 'ord_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C',
  quantity: 1,
  fingerprint: 'one',
  owner: 'orders',
  severalLines: false,
  traceparent: '',
}
const ATTEMPT = 'attempt'
const NOW = 1
const TAKEN = { ...TERMS, takenAt: 0, attempt: ATTEMPT, expiresAt: 5 }

const RESERVATIONS: readonly Reservation[] = [
  { ...TAKEN, state: 'held' },
  { ...TAKEN, state: 'pinned' },
  // One that was pinned when its hold had lapsed, or without any.
  { ...TAKEN, state: 'pinned', expiresAt: null },
  { ...TAKEN, state: 'committed' },
  { ...TAKEN, state: 'expired' },
  { ...TAKEN, state: 'released' },
]

/** Everything that may be done to a line of a reservation. Null: it is refused. */
const DEEDS: Readonly<Record<string, (state: SkuState) => ReservationChange | null>> = {
  reserve: (state) => taken(reserve(state, TERMS, { expiresAt: 9, attempt: ATTEMPT, now: NOW })),
  'back out': (state) => backOut(state, ATTEMPT),
  extend: (state) => taken(extend(state, TERMS, 10)),
  pin: (state) => taken(pin(state, TERMS, NOW)),
  unpin: (state) => unpin(state, TERMS),
  sell: (state) => taken(sell(state, TERMS, NOW)),
  deduct: (state) => taken(deduct(state, TERMS)),
  deadline: ({ stock, reservation }) =>
    reservation?.state === 'held' ? expire(stock, reservation) : null,
  release: (state) => release(state, TERMS, NOW),
}

function taken(decision: ReturnType<typeof pin>): ReservationChange | null {
  return decision.ok ? decision.value : null
}

/** Every move that the rules of a reservation allow, found by trying everything in every state. */
export function reservationMoves(): Move[] {
  return [null, ...RESERVATIONS].flatMap((reservation) =>
    Object.entries(DEEDS).flatMap(([because, deed]) => {
      const change = deed({ stock: STOCK, reservation })
      const from = reservation?.state ?? '[*]'
      const to = change === null ? from : (change.reservation?.state ?? '[*]')
      return to === from ? [] : [{ from, to, because }]
    }),
  )
}

export function reservationStates(): Diagram {
  const about = `The states of a line of a reservation. ${GENERATED} from workers/inventory/src/domain/reservation.ts.`
  const [first, ...moves] = reservationMoves()
  if (first === undefined) throw new Error('a reservation has no states')
  return { path: 'docs/diagrams/reservation-states.mmd', text: stateDiagram(about, first, moves) }
}
