import { describe, expect, it } from 'vitest'
import {
  backOut,
  deduct,
  expire,
  extend,
  pin,
  release,
  reserve,
  unpin,
  type Reservation,
  type SkuState,
  type Terms,
} from './reservation.ts'
import type { Stock } from './sku.ts'

const NOW = 1_000_000
const LATER = NOW + 60_000

const terms: Terms = {
  reservationId: 'rsv_1',
  orderId: 'ord_1',
  quantity: 3,
  fingerprint: 'A:3',
  owner: 'orders',
  severalLines: false,
  traceparent: 'trace',
}
const otherLines: Terms = { ...terms, quantity: 2, fingerprint: 'A:2' }

type State = 'none' | Reservation['state']

/** Ten units, of which others have reserved two; the reservation under test has three where it is live. */
function given(state: State, patch: Partial<Stock> = {}): SkuState {
  const mine = state === 'held' || state === 'pinned' ? 3 : 0
  const onHand = state === 'committed' ? 7 : 10
  const counts = { onHand, reserved: 2 + mine, version: 5, lowStockThreshold: 0, isLow: false }
  const stock = { sku: 'A', ...counts, ...patch }
  if (state === 'none') return { stock, reservation: null }
  const taken = { ...terms, takenAt: NOW - 1, attempt: 'call-1', expiresAt: LATER }
  return { stock, reservation: { ...taken, state } }
}

const hold = { expiresAt: LATER, attempt: 'call-1', now: NOW }
const commands = {
  reserve: (state: SkuState, wish: Terms) => reserve(state, wish, hold),
  extend: (state: SkuState, wish: Terms) => extend(state, wish, LATER + 1),
  pin: (state: SkuState, wish: Terms) => pin(state, wish, NOW),
  deduct: (state: SkuState, wish: Terms) => deduct(state, wish),
  unpin: (state: SkuState, wish: Terms) => ({ ok: true as const, value: unpin(state, wish) }),
  release: (state: SkuState, wish: Terms) => ({
    ok: true as const,
    value: release(state, wish, NOW),
  }),
}
type Command = keyof typeof commands

/** What each command makes of each state: the next state, or the refusal. */
const TABLE: Record<Command, Record<State, string>> = {
  reserve: {
    none: 'held +3',
    held: 'held',
    pinned: 'pinned',
    committed: 'committed',
    expired: 'held +3',
    released: 'reservation_ended',
  },
  extend: {
    none: 'reservation_ended',
    held: 'held',
    pinned: 'pinned',
    committed: 'committed',
    expired: 'reservation_ended',
    released: 'reservation_ended',
  },
  pin: {
    none: 'pinned +3',
    held: 'pinned',
    pinned: 'pinned',
    committed: 'committed',
    expired: 'pinned +3',
    released: 'reservation_ended',
  },
  unpin: {
    none: 'none',
    held: 'held',
    pinned: 'held',
    committed: 'committed',
    expired: 'expired',
    released: 'released',
  },
  deduct: {
    none: 'not_pinned',
    held: 'not_pinned',
    pinned: 'committed -3, sale -3',
    committed: 'committed',
    expired: 'not_pinned',
    released: 'reservation_ended',
  },
  release: {
    none: 'released',
    held: 'released -3',
    pinned: 'released -3',
    committed: 'released, return 3',
    expired: 'released',
    released: 'released',
  },
}

const rows = Object.entries(TABLE).flatMap(([command, row]) =>
  Object.entries(row).map(
    ([state, outcome]) => [command, state, outcome] as [Command, State, string],
  ),
)

function outcomeOf(state: SkuState, result: ReturnType<(typeof commands)[Command]>): string {
  if (!result.ok) return result.refusal.code
  const { reservation, stock, movements } = result.value
  const reserved = stock.reserved - state.stock.reserved
  const change = reserved === 0 ? '' : ` ${reserved > 0 ? '+' : ''}${reserved}`
  const moved = movements.map(({ reason, delta }) => `, ${reason} ${delta}`)
  return `${reservation?.state ?? 'none'}${change}${moved.join('')}`
}

describe('every command in every state', () => {
  it.each(rows)('%s when %s: %s', (command, state, outcome) => {
    const before = given(state)
    expect(outcomeOf(before, commands[command](before, terms))).toBe(outcome)
  })

  it.each(rows)('%s when %s, done twice, has one effect', (command, state) => {
    const first = commands[command](given(state), terms)
    if (!first.ok) return
    const second = commands[command](first.value, terms)
    expect(second).toEqual({ ok: true, value: { ...first.value, movements: [], facts: [] } })
  })

  it.each(
    (['reserve', 'extend', 'pin', 'deduct'] as const).flatMap((command) =>
      (['held', 'pinned', 'committed'] as const).map((state) => [command, state] as const),
    ),
  )('%s with other lines is refused when %s', (command, state) => {
    const result = commands[command](given(state), otherLines)
    const expected = command === 'deduct' && state === 'held' ? 'not_pinned' : 'reservation_ended'
    expect(result).toEqual({ ok: false, refusal: { code: expected } })
  })

  it('unpin with other lines does nothing', () => {
    const before = given('pinned')
    expect(unpin(before, otherLines)).toMatchObject(before)
  })
})

describe('taking units', () => {
  it.each(['reserve', 'pin'] as const)('%s refuses the unit that is not there', (command) => {
    for (const state of ['none', 'expired'] as const) {
      const short = given(state, { onHand: 4 })
      const refusal = { code: 'insufficient_stock', available: 2 }
      expect(commands[command](short, terms)).toEqual({ ok: false, refusal })
    }
  })

  it('takes the very last unit', () => {
    const result = commands.reserve(given('none', { onHand: 5 }), terms)
    expect(result).toMatchObject({ ok: true, value: { stock: { reserved: 5, onHand: 5 } } })
  })

  it('lets an expired reservation come back with other lines', () => {
    expect(commands.reserve(given('expired'), otherLines)).toMatchObject({
      ok: true,
      value: { reservation: { state: 'held', quantity: 2, fingerprint: 'A:2' } },
    })
  })
})

describe('deadlines', () => {
  it('are moved forward, never back', () => {
    expect(extend(given('held'), terms, LATER + 5)).toMatchObject({
      value: { reservation: { expiresAt: LATER + 5 } },
    })
    expect(extend(given('held'), terms, LATER - 5)).toMatchObject({
      value: { reservation: { expiresAt: LATER } },
    })
  })

  it('are not moved by reserving again', () => {
    const again = reserve(given('held'), terms, { ...hold, expiresAt: LATER + 5 })
    expect(again).toMatchObject({ value: { reservation: { expiresAt: LATER } } })
  })

  it('free the units when they pass, and that is told', () => {
    const { stock, reservation } = given('held')
    const held = reservation as Reservation & { state: 'held' }
    expect(expire(stock, held)).toEqual({
      stock: { ...stock, reserved: 2, version: 6 },
      reservation: { ...held, state: 'expired' },
      movements: [],
      facts: [
        {
          type: 'reservation.expired',
          reservationId: 'rsv_1',
          orderId: 'ord_1',
          quantity: 3,
          expiresAt: LATER,
          traceparent: 'trace',
        },
      ],
    })
  })

  it('come back when a pin is undone', () => {
    const pinned = pin(given('held'), terms, NOW)
    expect(pinned.ok && unpin(pinned.value, terms)).toMatchObject({
      reservation: { state: 'held', expiresAt: LATER },
      stock: { reserved: 5 },
    })
  })

  it.each(['none', 'expired'] as const)('do not come back to what was %s before', (state) => {
    const before = given(state)
    const pinned = pin(before, terms, NOW)
    const undone = pinned.ok ? unpin(pinned.value, terms) : null
    expect(undone).toMatchObject({
      reservation: { state: 'expired' },
      stock: { reserved: 2 },
      facts: [],
    })
  })
})

describe('reserving where another call was cut off', () => {
  it('goes on with its hold, for as long as the new call asks', () => {
    const later = { ...hold, attempt: 'call-2', expiresAt: LATER + 1 }
    const decision = reserve(given('held'), terms, later)
    expect(decision).toMatchObject({
      ok: true,
      value: { reservation: { state: 'held', expiresAt: LATER + 1, attempt: null } },
    })
  })

  it('never shortens it', () => {
    const sooner = { ...hold, attempt: 'call-2', expiresAt: LATER - 1 }
    const decision = reserve(given('held'), terms, sooner)
    expect(decision).toMatchObject({ ok: true, value: { reservation: { expiresAt: LATER } } })
  })
})

describe('backing out of an attempt', () => {
  it('leaves nothing, so that the same reservation can be tried again', () => {
    const before = given('none')
    const held = reserve(before, terms, hold)
    const gone = held.ok ? backOut(held.value, 'call-1') : null
    expect(gone).toMatchObject({ reservation: null, stock: { reserved: 2 }, facts: [] })
    expect(gone && reserve(gone, terms, hold)).toMatchObject({ ok: true })
  })

  it('is not for another call', () => {
    const before = given('held')
    expect(backOut(before, 'call-2')).toMatchObject(before)
  })

  it('is too late once another call relies on the hold', () => {
    const shared = reserve(given('held'), terms, { ...hold, attempt: 'call-2' })
    expect(shared.ok).toBe(true)
    if (!shared.ok) return
    expect(backOut(shared.value, 'call-1')).toMatchObject({ reservation: { state: 'held' } })
    expect(backOut(shared.value, 'call-2')).toMatchObject({ reservation: { state: 'held' } })
  })

  it.each(['pinned', 'committed', 'expired', 'released', 'none'] as const)(
    'changes nothing when %s: what came meanwhile wins',
    (state) => {
      const before = given(state)
      expect(backOut(before, 'call-1')).toMatchObject(before)
    },
  )
})

describe('whatever happens in whatever order', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('the books balance (walk %i)', (seed) => {
    const random = randomOf(seed)
    let stock: Stock = given('none', { onHand: 12, reserved: 0 }).stock
    const reservations = new Map<string, Reservation>()
    const total = { moved: 12 }
    const names = ['backOut', 'expire', ...Object.keys(commands)]
    const seen = new Set<string>()
    for (let step = 0; step < 5_000; step++) {
      const quantity = 1 + random(4)
      // A new reservation comes up now and then, and the oldest is released: that would end the walk.
      const newest = Math.floor(step / 20)
      const isClosing = step % 20 === 0 && newest >= 6
      const reservationId = `rsv_${isClosing ? newest - 6 : Math.max(0, newest - random(6))}`
      const wish = { ...terms, reservationId, quantity, fingerprint: `${quantity}` }
      const reservation = reservations.get(reservationId) ?? null
      const name = isClosing ? 'release' : names[random(names.length)]
      seen.add(`${name} ${reservation?.state}`)
      const result = run(name, { stock, reservation }, wish)
      if (result === null || !result.ok) continue
      stock = result.value.stock
      for (const { delta, onHand } of result.value.movements) {
        total.moved += delta
        expect(onHand).toBe(total.moved)
      }
      if (result.value.reservation === null) reservations.delete(wish.reservationId)
      else reservations.set(wish.reservationId, result.value.reservation)
      expectBalanced(stock, reservations, total.moved)
    }
    // Every command was met by every state.
    expect(seen.size).toBe(names.length * 6)
  })
})

function run(name: string | undefined, state: SkuState, wish: Terms) {
  const { stock, reservation } = state
  if (name === 'backOut') return { ok: true as const, value: backOut(state, 'call-1') }
  if (name === 'expire') {
    return reservation?.state === 'held'
      ? { ok: true as const, value: expire(stock, reservation) }
      : null
  }
  const command = Object.entries(commands).find(([key]) => key === name)?.[1]
  return command === undefined ? null : command(state, wish)
}

function expectBalanced(stock: Stock, reservations: Map<string, Reservation>, moved: number): void {
  const live = [...reservations.values()].filter(
    ({ state }) => state === 'held' || state === 'pinned',
  )
  const reserved = live.reduce((sum, { quantity }) => sum + quantity, 0)
  expect(stock.onHand).toBe(moved)
  expect(stock.reserved).toBe(reserved)
  expect(stock.reserved).toBeLessThanOrEqual(stock.onHand)
}

/** A small deterministic generator (mulberry32): the same seed is the same walk. */
function randomOf(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}
