import { toProblem } from '@kiosk/kit/problem'
import { afterEach, describe, expect, it } from 'vitest'
import { expectBooksInOrder, Shop } from '../../test/shop.ts'
import { confirmPayment } from './confirm-payment.ts'

afterEach(expectBooksInOrder)

/** What a client is told of what was thrown. */
async function refusalOf(work: Promise<unknown>) {
  const thrown = await work.then(
    () => expect.fail('nothing was thrown'),
    (error: unknown) => error,
  )
  const { code, extras } = toProblem(thrown)
  return [code, extras.retryAfterSeconds]
}

const SECOND = 1_000

describe('a charge that a busy provider did not take', () => {
  it('is 503 with its Retry-After, and the same key pays then', async () => {
    const shop = new Shop()
    shop.bank.faults.set('charge', 'busy')
    expect(await refusalOf(shop.pay('tok_ok', 'key'))).toEqual(['unavailable', 20])
    expect(shop.bank.captures()).toBe(0)
    shop.bank.faults.clear()
    await shop.reconcileAfter(20 * SECOND)
    expect(await shop.pay('tok_ok', 'key')).toMatchObject({
      answer: { status: 'succeeded' },
      replayed: false,
    })
    expect(await shop.pay('tok_ok', 'key')).toMatchObject({ replayed: true })
    expect(shop.bank.captures()).toBe(1)
    expect(await shop.saidTypes()).toEqual(['payment.succeeded'])
  })

  it('is 503 again while it stays busy, however often it is sent', async () => {
    const shop = new Shop()
    shop.bank.faults.set('charge', 'busy')
    for (let n = 0; n < 3; n++) {
      expect(await refusalOf(shop.pay('tok_ok', 'key'))).toEqual(['unavailable', 20])
    }
  })

  it('fails when nobody comes back, and the order can be paid with another key', async () => {
    const shop = new Shop()
    shop.bank.faults.set('charge', 'busy')
    await refusalOf(shop.pay('tok_ok', 'key'))
    shop.bank.faults.clear()
    await shop.reconcileAfter(20 * SECOND + 60 * SECOND)
    expect(await shop.saidTypes()).toEqual(['payment.failed'])
    // Whoever comes back too late is told so, and nothing is charged.
    expect((await shop.pay('tok_ok', 'key')).answer).toMatchObject({ status: 'failed' })
    expect((await shop.pay('tok_ok', 'other')).answer).toMatchObject({ status: 'succeeded' })
    expect(shop.bank.captures()).toBe(1)
  })

  it('is not charged any more when its order is closed meanwhile', async () => {
    const shop = new Shop()
    shop.bank.faults.set('charge', 'busy')
    await refusalOf(shop.pay('tok_ok', 'key'))
    await shop.close()
    shop.bank.faults.clear()
    await shop.pay('tok_ok', 'key')
    expect(shop.bank.captures()).toBe(0)
  })
})

describe('while the provider is busy', () => {
  it('a confirmation is 503, and works afterwards', async () => {
    const shop = new Shop()
    const payment = await shop.paid('tok_3ds')
    shop.bank.faults.set('confirm', 'busy')
    expect(await refusalOf(confirmPayment(shop.deps, payment))).toEqual(['unavailable', 20])
    shop.bank.faults.clear()
    const again = await shop.payment(payment.id)
    expect(await confirmPayment(shop.deps, again)).toMatchObject({ status: 'succeeded' })
  })

  it('paying again is 503, because the earlier payment cannot be voided', async () => {
    const shop = new Shop()
    await shop.paid('tok_3ds')
    shop.bank.faults.set('cancel', 'busy')
    expect(await refusalOf(shop.pay('tok_ok', 'key'))).toEqual(['unavailable', 20])
    shop.bank.faults.clear()
    expect((await shop.pay('tok_ok', 'key')).answer).toMatchObject({ status: 'succeeded' })
  })

  it('a refund is taken, and paid back by reconciliation when the provider wants it', async () => {
    const shop = new Shop()
    const payment = await shop.paid()
    shop.bank.faults.set('refund', 'busy')
    shop.bank.busySeconds = 3_000
    const { answer } = await shop.refund(payment.id, 500, 'key')
    expect(answer.status).toBe('processing')
    await shop.reconcileAfter(60 * SECOND)
    const asked = shop.bank.calls.length
    // Not before the time that it asked for, though the backoff alone is shorter.
    await shop.reconcileAfter(2_900 * SECOND)
    expect(shop.bank.calls.length).toBe(asked)
    shop.bank.faults.clear()
    await shop.reconcileAfter(200 * SECOND)
    expect(await shop.refunds()).toMatchObject([{ status: 'succeeded', amountMinor: 500 }])
    expect(shop.bank.refunds.size).toBe(1)
  })

  it('reconciliation comes back when it may', async () => {
    const shop = new Shop()
    shop.bank.faults.set('charge', 'lost')
    await shop.paid()
    shop.bank.faults.set('find', 'busy')
    await shop.reconcileAfter(60 * SECOND)
    shop.bank.faults.clear()
    await shop.reconcileAfter(300 * SECOND)
    expect(await shop.saidTypes()).toEqual(['payment.succeeded'])
  })
})
