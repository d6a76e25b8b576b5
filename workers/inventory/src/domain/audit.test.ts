import { expect, it } from 'vitest'
import { auditSku, type AuditedSku, type ListedStock } from './audit.ts'

const CUTOFF = 1_000
const OLD = 900
const YOUNG = 1_001

const sku: AuditedSku = {
  sku: 'A',
  onHand: 10,
  reserved: 3,
  version: 7,
  moved: 10,
  promised: 3,
  heldUntil: YOUNG,
  announceAt: null,
  indexAt: null,
  indexedVersion: 7,
  leftPinned: [],
}
const listed: ListedStock = { onHand: 10, reserved: 3, version: 7 }

function wrongWith(change: Partial<AuditedSku>, row: ListedStock | null = listed): string[] {
  return auditSku({ ...sku, ...change }, row, CUTOFF).map(({ invariant }) => invariant)
}

it.each<[string, Partial<AuditedSku>, string[]]>([
  ['a sound SKU', {}, []],
  ['units that no movement brought', { moved: 9 }, ['stock_differs_from_movements']],
  [
    'more promised than there is',
    { reserved: 11, promised: 11, version: 8 },
    ['stock_out_of_bounds'],
  ],
  ['units that nobody holds', { promised: 2 }, ['reserved_differs_from_reservations']],
  ['a hold that has lapsed', { heldUntil: OLD }, ['hold_overdue']],
  ['a balance that nobody was told', { announceAt: OLD }, ['stock_not_announced']],
  ['a balance that is about to be told', { announceAt: YOUNG, indexAt: YOUNG }, []],
  ['a row that was not written', { indexAt: OLD }, ['stock_index_stale']],
  [
    'a commit that did not end',
    { leftPinned: [{ reservationId: 'rsv_1', changedAt: OLD }] },
    ['reservation_left_pinned'],
  ],
])('%s', (_, change, expected) => {
  expect(wrongWith(change)).toEqual(expected)
})

it('the list shows what the object wrote, or something newer', () => {
  expect(wrongWith({}, null)).toEqual(['stock_index_stale'])
  expect(wrongWith({}, { ...listed, version: 6 })).toEqual(['stock_index_stale'])
  expect(wrongWith({}, { ...listed, onHand: 11 })).toEqual(['stock_index_stale'])
  expect(wrongWith({}, { onHand: 1, reserved: 1, version: 8 })).toEqual([])
  expect(wrongWith({ indexedVersion: -1, version: 0 }, null)).toEqual([])
})
