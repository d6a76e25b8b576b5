import { afterEach, describe, expect, it } from 'vitest'
import { all, dyingAt, expectBooksInOrder, Shop } from '../../test/shop.ts'
import { viewPayment } from '../view.ts'
import { confirmPayment } from './confirm-payment.ts'

afterEach(expectBooksInOrder)

describe('a payment that is answered', () => {
  it('is captured once, booked and told', async () => {
    const shop = new Shop()
    const { answer, replayed } = await shop.pay('tok_ok')
    expect(answer).toMatchObject({
      orderId: shop.orderId,
      status: 'succeeded',
      amount: { amountMinor: 1999, currency: 'USD' },
      refundedAmount: { amountMinor: 0, currency: 'USD' },
    })
    expect(replayed).toBe(false)
    expect(await shop.saidTypes()).toEqual(['payment.succeeded'])
    expect(shop.bank.captures()).toBe(1)
    expect(await shop.payment(answer.id)).toMatchObject({ checkAt: null, capturedMinor: 1999 })
  })

  it('leaves the order payable when the card is declined', async () => {
    const shop = new Shop()
    expect((await shop.pay('tok_declined')).answer).toMatchObject({
      status: 'failed',
      failureCode: 'card_declined',
    })
    expect((await shop.pay('tok_ok')).answer.status).toBe('succeeded')
    expect(await shop.saidTypes()).toEqual(['payment.failed', 'payment.succeeded'])
  })

  it('costs nothing: succeeds without a provider and without entries', async () => {
    const shop = new Shop()
    shop.priceMinor = 0
    const { answer } = await shop.pay('tok_declined')
    expect(answer.status).toBe('succeeded')
    expect(shop.bank.calls).toEqual([])
    expect(await shop.saidTypes()).toEqual(['payment.succeeded'])
    expect(await all('SELECT 1 FROM ledger_entries WHERE payment_id = ?', answer.id)).toEqual([])
    await shop.close()
    expect(await shop.refunds()).toEqual([])
  })

  it('never stores the card token', async () => {
    const shop = new Shop()
    const token = 'tok_of_a_card_to_look_for'
    await shop.pay(token)
    for (const table of ['payments', 'outbox', 'idempotency_claims', 'ledger_entries']) {
      expect(JSON.stringify(await all(`SELECT * FROM ${table}`))).not.toContain(token)
    }
  })
})

describe('a payment sent twice', () => {
  it('with the same key gets the same answer and is charged once', async () => {
    const shop = new Shop()
    const first = await shop.pay('tok_ok', 'key-1')
    const second = await shop.pay('tok_ok', 'key-1')
    expect(second).toEqual({ answer: first.answer, replayed: true })
    expect(shop.bank.calls).toHaveLength(1)
  })

  it('has its order held only by the attempt whose key is new', async () => {
    const shop = new Shop()
    const first = await shop.pay('tok_ok', 'key-1a')
    const payable = () => Promise.reject(new Error('orders is asked'))
    const alone = { ...shop.deps, orders: { payable } }
    const { answer } = await shop.pay('tok_ok', 'key-1a', alone)
    expect(answer).toEqual(first.answer)
    const reused = { code: 'idempotency_key_reused' }
    await expect(shop.pay('tok_3ds', 'key-1a', alone)).rejects.toMatchObject(reused)
    await expect(shop.pay('tok_ok', 'key-1b', alone)).rejects.toThrow('orders is asked')
  })

  it('with the same key at once is charged once', async () => {
    const shop = new Shop()
    const attempts = await Promise.allSettled([1, 2, 3, 4].map(() => shop.pay('tok_ok', 'key-2')))
    expect(new Set(attempts.filter(isFulfilled).map(({ value }) => value.answer.id)).size).toBe(1)
    for (const { reason } of attempts.filter(isRejected)) {
      expect(reason).toMatchObject({ code: 'request_in_progress' })
    }
    expect(shop.bank.captures()).toBe(1)
    expect(await shop.saidTypes()).toEqual(['payment.succeeded'])
  })

  it('with the same key and another body is refused', async () => {
    const shop = new Shop()
    await shop.pay('tok_ok', 'key-3')
    await expect(shop.pay('tok_3ds', 'key-3')).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    })
  })

  it('with different keys at once is charged once', async () => {
    const shop = new Shop()
    const attempts = await Promise.allSettled([1, 2, 3, 4].map(() => shop.pay()))
    expect(attempts.filter(isFulfilled)).toHaveLength(1)
    for (const { reason } of attempts.filter(isRejected)) {
      expect(reason).toMatchObject({ code: 'payment_in_progress' })
    }
    expect(shop.bank.captures()).toBe(1)
  })

  it('with another key after it has succeeded is refused', async () => {
    const shop = new Shop()
    await shop.pay()
    await expect(shop.pay()).rejects.toMatchObject({ code: 'payment_in_progress' })
  })
})

describe('an order that may not be paid', () => {
  it('is refused as orders says, and the key is free again', async () => {
    const shop = new Shop()
    const { orders } = shop.deps
    const refusal = { code: 'order_not_payable', detail: 'it is cancelled' } as const
    shop.deps = { ...shop.deps, orders: { payable: async () => ({ ok: false, refusal }) } }
    await expect(shop.pay('tok_ok', 'key-4')).rejects.toMatchObject({ code: 'order_not_payable' })
    shop.deps = { ...shop.deps, orders }
    expect((await shop.pay('tok_ok', 'key-4')).answer.status).toBe('succeeded')
  })

  it('is not charged when it was closed before the payment is written', async () => {
    const shop = new Shop()
    await shop.close()
    await expect(shop.pay()).rejects.toMatchObject({ code: 'order_not_payable' })
    expect(shop.bank.calls).toEqual([])
    expect(await shop.payments()).toEqual([])
  })

  it('gets its money back when it is closed while the provider charges', async () => {
    const shop = new Shop()
    shop.bank.meanwhile.set('charge', () => shop.close())
    const { answer } = await shop.pay()
    expect(await shop.saidTypes()).toEqual([])
    await shop.reconcileAfter(0)
    expect(await shop.refunds()).toMatchObject([
      { amountMinor: 1999, reason: 'order_closed', status: 'succeeded' },
    ])
    expect(viewPayment(await shop.payment(answer.id)).status).toBe('refunded')
    expect(await shop.said()).toMatchObject([{ type: 'payment.refunded', data: { fully: true } }])
  })

  it('voids a charge that requires action when it is closed meanwhile', async () => {
    const shop = new Shop()
    shop.bank.meanwhile.set('charge', () => shop.close())
    const { answer } = await shop.pay('tok_3ds')
    expect(answer.status).toBe('voided')
    await shop.reconcileAfter(0)
    expect(shop.bank.charges.get(answer.id)).toEqual({ status: 'cancelled' })
    expect(await shop.payment(answer.id)).toMatchObject({ checkAt: null })
    expect(await shop.saidTypes()).toEqual([])
  })
})

describe('paying again while a payment requires action', () => {
  it('voids the first one, at the provider too', async () => {
    const shop = new Shop()
    const first = await shop.paid('tok_3ds')
    const { answer } = await shop.pay('tok_ok')
    expect(answer.status).toBe('succeeded')
    expect((await shop.payment(first.id)).status).toBe('voided')
    expect(shop.bank.charges.get(first.id)).toEqual({ status: 'cancelled' })
    await expect(confirmPayment(shop.deps, await shop.payment(first.id))).rejects.toMatchObject({
      code: 'payment_not_confirmable',
    })
    expect(shop.bank.captures()).toBe(1)
  })

  it('is refused when the first one turns out to be captured', async () => {
    const shop = new Shop()
    const first = await shop.paid('tok_3ds')
    shop.bank.charges.set(first.id, { status: 'succeeded' })
    await expect(shop.pay('tok_ok')).rejects.toMatchObject({ code: 'payment_in_progress' })
    expect((await shop.payment(first.id)).status).toBe('succeeded')
    expect(await shop.saidTypes()).toEqual(['payment.action_required', 'payment.succeeded'])
  })

  it('waits while the provider cannot be asked to void', async () => {
    const shop = new Shop()
    const first = await shop.paid('tok_3ds')
    shop.bank.faults.set('cancel', 'down')
    await expect(shop.pay('tok_ok', 'key-5')).rejects.toMatchObject({ code: 'unavailable' })
    expect((await shop.payment(first.id)).status).toBe('requires_action')
    shop.bank.faults.clear()
    expect((await shop.pay('tok_ok', 'key-5')).answer.status).toBe('succeeded')
  })
})

describe('a Worker that dies', () => {
  it('before the payment is written charges nothing, and the same key pays', async () => {
    const shop = new Shop()
    await expect(shop.pay('tok_ok', 'key-6', dyingAt(shop.deps, 1))).rejects.toThrow('died')
    expect(shop.bank.calls).toEqual([])
    expect((await shop.pay('tok_ok', 'key-6')).answer.status).toBe('succeeded')
    expect(shop.bank.captures()).toBe(1)
  })

  it('after the charge leaves a payment that the same key finishes', async () => {
    const shop = new Shop()
    await expect(shop.pay('tok_ok', 'key-7', dyingAt(shop.deps, 2))).rejects.toThrow('died')
    const [left] = await shop.payments()
    expect(left?.status).toBe('processing')
    const { answer } = await shop.pay('tok_ok', 'key-7')
    expect(answer).toMatchObject({ id: left?.id, status: 'succeeded' })
    expect(await shop.payments()).toHaveLength(1)
    expect(shop.bank.captures()).toBe(1)
    expect(await shop.saidTypes()).toEqual(['payment.succeeded'])
  })

  it('after the charge leaves a payment that reconciliation finishes', async () => {
    const shop = new Shop()
    await expect(shop.pay('tok_ok', 'key-8', dyingAt(shop.deps, 2))).rejects.toThrow('died')
    await shop.reconcileAfter(10_000)
    expect((await shop.payments()).map(({ status }) => status)).toEqual(['succeeded'])
    const { answer } = await shop.pay('tok_ok', 'key-8')
    expect(answer.status).toBe('succeeded')
    expect(await shop.saidTypes()).toEqual(['payment.succeeded'])
  })

  it('does not charge a taken-over payment whose order was closed meanwhile', async () => {
    const shop = new Shop()
    shop.bank.faults.set('charge', 'down')
    await expect(shop.pay('tok_ok', 'key-9', dyingAt(shop.deps, 2))).rejects.toThrow('died')
    shop.bank.faults.clear()
    await shop.close()
    expect((await shop.pay('tok_ok', 'key-9')).answer.status).toBe('processing')
    expect(shop.bank.captures()).toBe(0)
    await shop.reconcileAfter(60_000)
    expect((await shop.payments()).map(({ status }) => status)).toEqual(['failed'])
  })
})

function isFulfilled<T>(result: PromiseSettledResult<T>): result is PromiseFulfilledResult<T> {
  return result.status === 'fulfilled'
}

function isRejected(result: PromiseSettledResult<unknown>): result is PromiseRejectedResult {
  return result.status === 'rejected'
}
