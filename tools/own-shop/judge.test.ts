import { describe, expect, test } from 'vitest'
import type { Books } from './books.ts'
import { abandonedUnits, judge, type Deal } from './judge.ts'

const deal: Deal = { orderId: 'ord_1', paymentId: 'pay_1', lines: [{ sku: 'A', quantity: 2 }] }

const order = { id: 'ord_1', status: 'processing', paymentStatus: 'paid', totalMinor: 100 }
const payment = {
  id: 'pay_1',
  orderId: 'ord_1',
  status: 'succeeded',
  capturedMinor: 100,
  refundedMinor: 0,
}
const sku = {
  sku: 'A',
  onHand: 8,
  reserved: 0,
  moved: 8,
  sales: [{ orderId: 'ord_1', units: 2 }],
  holds: [],
}

/** A shop that sold 2 of 10 to one buyer, as it should be. */
const good: Books = {
  orders: [order],
  payments: [payment],
  ledger: [{ currency: 'USD', balance: 0 }],
  charges: new Map([['pay_1', 100]]),
  skus: [sku],
  confirmations: ['ord_1'],
  unsent: 0,
  deadLetters: 0,
}

test('has nothing to say about a shop that kept every promise', () => {
  expect(judge(good, [deal])).toEqual([])
})

describe('names what is wrong:', () => {
  test.each<[what: string, change: Partial<Books>, sentence: RegExp]>([
    ['a lost order', { orders: [] }, /ord_1 got a 201 and does not exist/],
    [
      'an order that stays pending',
      { orders: [{ ...order, status: 'pending' }] },
      /ord_1 is paid for and is pending and paid/,
    ],
    [
      'an order that nobody knows',
      { orders: [order, { ...order, id: 'ord_2' }] },
      /nobody was told of ord_2/,
    ],
    ['a lost payment', { payments: [] }, /pay_1 was charged by the provider and is not captured/],
    [
      'a doubled payment',
      {
        payments: [payment, { ...payment, id: 'pay_2' }],
        charges: new Map([...good.charges, ['pay_2', 100]]),
      },
      /ord_1 was paid 2 times/,
    ],
    ['a payment without a charge', { charges: new Map() }, /pay_1 is captured, not charged/],
    ['a ledger', { ledger: [{ currency: 'USD', balance: 5 }] }, /out of balance by 5 USD/],
    [
      'stock deducted twice',
      { skus: [{ ...sku, sales: [...sku.sales, ...sku.sales] }] },
      /ord_1 is paid for 2 of A, 4 left/,
    ],
    ['stock not deducted', { skus: [{ ...sku, sales: [] }] }, /paid for 2 of A, 0 left/],
    ['movements', { skus: [{ ...sku, moved: 9 }] }, /A has 8, its movements make 9/],
    ['a balance', { skus: [{ ...sku, reserved: 1 }] }, /1 reserved, its holds make 0/],
    ['a mail too few', { confirmations: [] }, /ord_1 has 0 confirmation mails/],
    ['a mail too many', { confirmations: ['ord_1', 'ord_1'] }, /ord_1 has 2 confirmation mails/],
    ['a message', { unsent: 3 }, /3 messages were never sent/],
    ['a dead letter', { deadLetters: 1 }, /1 messages are dead letters/],
  ])('%s', (_, change, sentence) => {
    expect(judge({ ...good, ...change }, [deal]).join('\n')).toMatch(sentence)
  })
})

test('counts the units that a crash has left set aside for no order', () => {
  const holds = [
    { orderId: 'ord_1', units: 1 },
    { orderId: 'ord_gone', units: 2 },
  ]
  expect(abandonedUnits({ ...good, skus: [{ ...sku, holds }] })).toBe(2)
})
