import { describe, expect, it } from 'vitest'
import { assertBalanced, bookCapture, bookRefund } from './ledger.ts'
import { refundAmount } from './refund.ts'
import { backoffMs } from './schedule.ts'

describe('the ledger', () => {
  const amount = { amountMinor: 1999, currency: 'USD' }

  it('debits as much as it credits', () => {
    const capture = bookCapture({ id: 'pay_1', ...amount })
    const refund = bookRefund({ id: 'ref_1', paymentId: 'pay_1', ...amount })
    expect(capture).toMatchObject([
      { account: 'provider_balance', debitMinor: 1999, creditMinor: 0 },
      { account: 'sales', debitMinor: 0, creditMinor: 1999 },
    ])
    expect(refund).toMatchObject([
      { account: 'refunds', debitMinor: 1999, creditMinor: 0 },
      { account: 'provider_balance', debitMinor: 0, creditMinor: 1999 },
    ])
    expect(() => assertBalanced([...capture, ...refund])).not.toThrow()
  })

  it('books nothing for nothing, and never a negative or broken amount', () => {
    expect(bookCapture({ id: 'pay_1', amountMinor: 0, currency: 'USD' })).toEqual([])
    for (const amountMinor of [-1, 0.5, Number.NaN, 2 ** 53]) {
      expect(() => bookCapture({ id: 'pay_1', amountMinor, currency: 'USD' })).toThrow('negative')
    }
  })

  it('does not balance one currency with another', () => {
    const [debit] = bookCapture({ id: 'pay_1', ...amount })
    const [, credit] = bookCapture({ id: 'pay_2', amountMinor: 1999, currency: 'EUR' })
    expect(() => assertBalanced([debit, credit].filter((entry) => entry !== undefined))).toThrow(
      'debits equal credits',
    )
  })
})

describe('how much may be refunded', () => {
  const captured = { capturedMinor: 1000, leftMinor: 400, currency: 'USD' }

  it.each([
    ['nothing asked: all that is left', undefined, 400],
    ['all that is left', { amountMinor: 400, currency: 'USD' }, 400],
    ['a part', { amountMinor: 1, currency: 'USD' }, 1],
    ['too much', { amountMinor: 401, currency: 'USD' }, 'refund_exceeds_captured'],
    ['another currency', { amountMinor: 1, currency: 'EUR' }, 'mixed_currencies'],
  ])('%s', (_what, asked, expected) => {
    expect(refundAmount(asked, captured)).toBe(expected)
  })

  it('nothing of what is refunded already, nor of what was never captured', () => {
    expect(refundAmount(undefined, { ...captured, leftMinor: 0 })).toBe('refund_exceeds_captured')
    const none = { ...captured, capturedMinor: 0, leftMinor: 0 }
    expect(refundAmount(undefined, none)).toBe('payment_not_refundable')
  })
})

it('waits twice as long each time, to a ceiling', () => {
  const config = { RECONCILE_BACKOFF_MS: 5, RECONCILE_BACKOFF_MS_MAX: 60 }
  expect([0, 1, 2, 3, 4, 5, 1_000].map((times) => backoffMs(times, config))).toEqual([
    5, 10, 20, 40, 60, 60, 60,
  ])
})
