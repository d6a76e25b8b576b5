import type {
  AuditFacts,
  EventFacts,
  OrderFacts,
  PaymentFacts,
  ReservationFacts,
  Undelivered,
} from '@kiosk/contracts/rpc/audit'
import { describe, expect, it } from 'vitest'
import { type Answers, compare, questionsAbout } from './audit.ts'

const CUTOFF = 1_000
const OLD = 900
const YOUNG = 1_001

const order: OrderFacts = {
  orderId: 'ord_1',
  status: 'processing',
  paymentStatus: 'paid',
  totalMinor: 500,
  currency: 'USD',
  reservationId: 'rsv_1',
  lines: [{ sku: 'A', quantity: 2 }],
  updatedAt: OLD,
}
const payment: PaymentFacts = {
  paymentId: 'pay_1',
  orderId: 'ord_1',
  status: 'succeeded',
  amountMinor: 500,
  capturedMinor: 500,
  refundedMinor: 0,
  currency: 'USD',
  updatedAt: OLD,
}
const reservation: ReservationFacts = {
  reservationId: 'rsv_1',
  orderId: 'ord_1',
  sku: 'A',
  quantity: 2,
  state: 'committed',
  changedAt: OLD,
}
const event: EventFacts = {
  eventId: 'evt_1',
  type: 'order.placed',
  destination: 'notifications',
  orderId: 'ord_1',
  userId: 'usr_1',
  saidAt: OLD,
}

interface World {
  readonly order?: Partial<OrderFacts> | null
  readonly payments?: readonly Partial<PaymentFacts>[]
  readonly reservation?: Partial<ReservationFacts> | null
}

/** The codes of what is wrong in a world of one order, looked at from all sides. */
function wrongIn(world: World): string[] {
  const orders = world.order === null ? [] : [{ ...order, ...world.order }]
  const payments = (world.payments ?? [{}]).map((change) => ({ ...payment, ...change }))
  const reservations = world.reservation === null ? [] : [{ ...reservation, ...world.reservation }]
  const facts: AuditFacts = { orders, payments, reservations, stock: [], events: [] }
  const answers: Answers = { orders, payments, reservations, stock: [], undelivered: new Map() }
  return compare(facts, answers, CUTOFF).map(({ invariant }) => invariant)
}

const pending = { status: 'pending', paymentStatus: 'unpaid' } as const
const cancelled = { status: 'cancelled', paymentStatus: 'refunded' } as const
const failed = { status: 'failed', capturedMinor: 0 } as const
const voided = { ...failed, status: 'voided' } as const
const released = { state: 'released' } as const
const refunded = { refundedMinor: 500 } as const

describe('nothing is wrong with', () => {
  it.each<[string, World]>([
    ['a paid order', {}],
    ['a paid one that failed first', { payments: [failed, { paymentId: 'pay_2' }] }],
    [
      'one that is refunded in part',
      {
        order: { status: 'delivered', paymentStatus: 'partially_refunded' },
        payments: [{ refundedMinor: 1 }],
      },
    ],
    [
      'a free one',
      {
        order: { totalMinor: 0 },
        payments: [{ amountMinor: 0, capturedMinor: 0 }],
      },
    ],
    [
      'one whose first payment succeeded too late and was refunded',
      {
        payments: [{ ...refunded, status: 'voided' }, { paymentId: 'pay_2' }],
      },
    ],
    [
      'a pending one that holds its stock',
      {
        order: pending,
        payments: [{ ...failed, status: 'requires_action' }],
        reservation: { state: 'held' },
      },
    ],
    [
      'one that was cancelled unpaid',
      {
        order: { ...cancelled, paymentStatus: 'unpaid' },
        payments: [voided],
        reservation: released,
      },
    ],
    [
      'one that was cancelled and refunded',
      {
        order: cancelled,
        payments: [refunded],
        reservation: released,
      },
    ],
    ['one that expired', { order: cancelled, payments: [], reservation: { state: 'expired' } }],
  ])('%s', (_, world) => {
    expect(wrongIn(world)).toEqual([])
  })
})

describe('what does not fit is named:', () => {
  it.each<[string, World]>([
    ['order_without_stock', { reservation: released }],
    ['order_without_stock', { reservation: null }],
    ['order_without_stock', { reservation: { quantity: 1 } }],
    ['order_without_payment', { payments: [] }],
    ['order_without_payment', { payments: [failed] }],
    ['order_paid_twice', { payments: [{}, { paymentId: 'pay_2' }] }],
    ['order_paid_wrong_amount', { payments: [{ amountMinor: 1, capturedMinor: 1 }] }],
    ['order_paid_wrong_amount', { payments: [{ currency: 'EUR' }] }],
    ['payment_status_disagrees', { payments: [{ refundedMinor: 1 }] }],
    [
      'payment_status_disagrees',
      {
        order: { ...cancelled, paymentStatus: 'paid' },
        payments: [refunded],
        reservation: released,
      },
    ],
    ['paid_order_pending', { order: pending, reservation: { state: 'held' } }],
    ['pending_order_without_stock', { order: pending, payments: [], reservation: null }],
    [
      'pending_order_without_stock',
      {
        order: pending,
        payments: [failed],
        reservation: { state: 'expired' },
      },
    ],
    ['reservation_ahead_of_order', { order: pending, payments: [] }],
    ['cancelled_order_holds_stock', { order: cancelled, payments: [refunded] }],
    [
      'cancelled_order_holds_stock',
      {
        order: cancelled,
        payments: [],
        reservation: { state: 'held' },
      },
    ],
    ['captured_payment_not_refunded', { order: cancelled, reservation: released }],
    [
      'captured_payment_not_refunded',
      { payments: [{}, { ...failed, capturedMinor: 500, paymentId: 'pay_2' }] },
    ],
    [
      'payment_open_for_cancelled_order',
      {
        order: cancelled,
        payments: [{ ...failed, status: 'requires_action' }],
        reservation: released,
      },
    ],
    ['payment_without_order', { order: null, reservation: null }],
    ['reservation_without_order', { order: null, payments: [] }],
    ['reservation_without_order', { order: { reservationId: 'rsv_2', lines: [] } }],
  ])('%s', (invariant, world) => {
    expect(wrongIn(world)).toEqual([invariant])
  })
})

describe('nothing is concluded', () => {
  const broken = { order: cancelled, payments: [{ status: 'requires_action' }] } as const
  it.each<[string, World]>([
    [
      'from an order that has just changed',
      { ...broken, order: { ...cancelled, updatedAt: YOUNG } },
    ],
    [
      'from a payment that has',
      {
        order: cancelled,
        payments: [{ status: 'requires_action', updatedAt: YOUNG }],
        reservation: released,
      },
    ],
    [
      'from a reservation that has',
      {
        order: cancelled,
        payments: [refunded],
        reservation: { changedAt: YOUNG },
      },
    ],
  ])('%s', (_, world) => {
    expect(wrongIn(world)).toEqual([])
  })
})

describe('an event', () => {
  const missing: Undelivered = { eventId: 'evt_1', failure: null, letter: null }
  const failing = { attempts: 3, firstAt: OLD, lastAt: OLD }
  function wrongWith(state: Undelivered | null, saidAt = OLD): string[] {
    const events = [{ ...event, saidAt }]
    const facts = { orders: [], payments: [], reservations: [], stock: [], events }
    const undelivered = new Map([['notifications', state === null ? [] : [state]]] as const)
    const answers = { orders: [], payments: [], reservations: [], stock: [], undelivered }
    return compare(facts, answers, CUTOFF).map(({ invariant }) => invariant)
  }

  it.each<[string, Undelivered | null, string[]]>([
    ['that took effect is fine', null, []],
    ['that nobody has heard of is lost', missing, ['event_lost']],
    ['that keeps failing is named', { ...missing, failure: failing }, ['event_failing']],
    [
      'that fails since a moment ago is not',
      { ...missing, failure: { ...failing, firstAt: YOUNG } },
      [],
    ],
    ['whose letter waits is named by its owner', { ...missing, letter: { replayedAt: null } }, []],
    [
      'whose letter was replayed just now is not',
      { ...missing, letter: { replayedAt: YOUNG } },
      [],
    ],
    [
      'that did not come back from its replay is lost',
      { ...missing, letter: { replayedAt: OLD } },
      ['event_lost'],
    ],
  ])('%s', (_, state, expected) => {
    expect(wrongWith(state)).toEqual(expected)
  })

  it('that was sent a moment ago may be on its way', () => {
    expect(wrongWith(missing, YOUNG)).toEqual([])
  })
})

describe('the catalog', () => {
  function wrongWith(shown: number | null, toldAt = OLD): string[] {
    const stock = [{ sku: 'A', version: 3, toldAt }]
    const facts = { orders: [], payments: [], reservations: [], stock, events: [] }
    const versions = shown === null ? [] : [{ sku: 'A', version: shown }]
    const answers = { orders: [], payments: [], reservations: [], undelivered: new Map() }
    return compare(facts, { ...answers, stock: versions }, CUTOFF).map(({ invariant }) => invariant)
  }

  it('shows at least what it was told', () => {
    expect([3, 4].map((version) => wrongWith(version))).toEqual([[], []])
    expect([2, null].map((version) => wrongWith(version))).toEqual([
      ['catalog_stock_stale'],
      ['catalog_stock_stale'],
    ])
    expect(wrongWith(null, YOUNG)).toEqual([])
  })
})

it('asks each service only what it must know, once', () => {
  const events = [event, { ...event, eventId: 'evt_2', destination: 'orders' as const }]
  const orders = [order, { ...order, orderId: 'ord_2', reservationId: 'rsv_2' }]
  const facts = { orders, payments: [payment], reservations: [reservation], stock: [], events }
  expect(questionsAbout(facts)).toEqual({
    orderIds: ['ord_1'],
    paymentsOf: ['ord_1', 'ord_2'],
    reservations: [{ sku: 'A', reservationIds: ['rsv_1', 'rsv_2'] }],
    skus: [],
    events: new Map([
      ['notifications', [{ eventId: 'evt_1', orderId: 'ord_1', userId: 'usr_1' }]],
      ['orders', [{ eventId: 'evt_2', orderId: 'ord_1', userId: 'usr_1' }]],
    ]),
  })
})
