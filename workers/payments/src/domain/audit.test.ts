import { expect, it } from 'vitest'
import { auditPayment, type AuditedPayment } from './audit.ts'
import { bookCapture, bookRefund } from './ledger.ts'

const captured = { id: 'pay_1', amountMinor: 500, currency: 'USD' }
const back = { id: 'ref_1', paymentId: 'pay_1', amountMinor: 100, currency: 'USD' }
const payment: AuditedPayment = {
  ...captured,
  status: 'succeeded',
  capturedMinor: 500,
  refundedMinor: 100,
  entries: [...bookCapture(captured), ...bookRefund(back)],
  refunds: [
    { amountMinor: 100, status: 'succeeded' },
    { amountMinor: 400, status: 'processing' },
    { amountMinor: 400, status: 'failed' },
  ],
}
const [debit, credit] = bookCapture(captured)

it.each<[string, Partial<AuditedPayment>, string[]]>([
  ['a sound payment', {}, []],
  [
    'one that failed',
    { status: 'failed', capturedMinor: 0, refundedMinor: 0, entries: [], refunds: [] },
    [],
  ],
  [
    'a booking with one side',
    { refundedMinor: 0, refunds: [], entries: debit === undefined ? [] : [debit] },
    ['ledger_unbalanced', 'ledger_differs_from_payment'],
  ],
  [
    'a booking in another currency',
    {
      refundedMinor: 0,
      refunds: [],
      entries: [...bookCapture(captured), ...bookCapture({ ...captured, currency: 'EUR' })],
    },
    ['ledger_differs_from_payment'],
  ],
  [
    'sides of two currencies that only add up in numbers',
    {
      refundedMinor: 0,
      refunds: [],
      entries: [debit, credit && { ...credit, currency: 'EUR' }].filter((e) => e !== undefined),
    },
    ['ledger_unbalanced', 'ledger_unbalanced', 'ledger_differs_from_payment'],
  ],
  ['a refund that was not counted', { refunds: [] }, ['refunds_differ_from_payment']],
  [
    'more on its way back than was captured',
    {
      refunds: [
        { amountMinor: 100, status: 'succeeded' },
        { amountMinor: 401, status: 'processing' },
      ],
    },
    ['refunds_exceed_captured'],
  ],
])('%s', (_, change, expected) => {
  expect(auditPayment({ ...payment, ...change }).map(({ invariant }) => invariant)).toEqual(
    expected,
  )
})
