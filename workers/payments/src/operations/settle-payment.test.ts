import { afterEach, describe, expect, it } from 'vitest'
import { dyingAt, expectBooksInOrder, meanwhile, Shop } from '../../test/shop.ts'
import type { Payment } from '../domain/payment.ts'
import { viewPayment } from '../view.ts'
import { confirmPayment } from './confirm-payment.ts'
import { receiveWebhook } from './receive-webhook.ts'
import { settlePayment } from './settle-payment.ts'

afterEach(expectBooksInOrder)

const MINUTE_MS = 60_000

function webhook(shop: Shop, payment: Payment, outcome: object, id: string = crypto.randomUUID()) {
  const news = { about: 'charge', key: payment.id, outcome }
  const body = JSON.stringify(news)
  return receiveWebhook(shop.deps, { provider: 'simulated', headers: new Headers({ id }), body })
}

describe('webhook, reconciliation, confirmation and the first answer', () => {
  it('race for a charge that was made: one of them books and tells it', async () => {
    const shop = new Shop()
    shop.bank.meanwhile.set('charge', async () => {
      const [payment] = await shop.payments()
      if (payment === undefined) throw new Error('the payment is written before the charge')
      await Promise.all([
        webhook(shop, payment, { status: 'succeeded' }),
        webhook(shop, payment, { status: 'succeeded' }),
        shop.reconcileAfter(10_000),
        settlePayment(shop.deps, payment.id, { status: 'succeeded' }),
      ])
    })
    expect((await shop.pay()).answer.status).toBe('succeeded')
    expect(await shop.saidTypes()).toEqual(['payment.succeeded'])
    expect((await shop.payments())[0]?.version).toBe(2)
  })

  it('race for a confirmed charge: one of them books and tells it', async () => {
    const shop = new Shop()
    const payment = await shop.paid('tok_3ds')
    await Promise.allSettled([
      confirmPayment(shop.deps, payment),
      confirmPayment(shop.deps, payment),
      webhook(shop, payment, { status: 'succeeded' }),
      shop.reconcileAfter(MINUTE_MS),
    ])
    expect((await shop.payment(payment.id)).status).toBe('succeeded')
    expect(await shop.saidTypes()).toEqual(['payment.action_required', 'payment.succeeded'])
  })

  it('race with the closing of the order: the money is kept and told, or given back', async () => {
    for (let round = 0; round < 5; round++) {
      const shop = new Shop()
      const payment = await shop.paid('tok_3ds')
      await Promise.allSettled([confirmPayment(shop.deps, payment), shop.close()])
      await shop.reconcileAfter(MINUTE_MS)
      const settled = await shop.payment(payment.id)
      expect(settled.refundedMinor).toBe(settled.capturedMinor)
      expect(['refunded', 'voided']).toContain(viewPayment(settled).status)
    }
  })
})

describe('what was decided on what is no longer so', () => {
  it('is decided again: closed right before the payment is written', async () => {
    const shop = new Shop()
    const late = meanwhile(shop.deps, 1, () => shop.close())
    await expect(shop.pay('tok_ok', undefined, late)).rejects.toMatchObject({
      code: 'order_not_payable',
    })
    expect(shop.bank.calls).toEqual([])
  })

  it.each([
    ['tok_ok', 'refunded', ['payment.refunded']],
    ['tok_3ds', 'voided', []],
    ['tok_declined', 'failed', ['payment.failed']],
  ])('is decided again: closed right before %s is settled', async (token, status, said) => {
    const shop = new Shop()
    const late = meanwhile(shop.deps, 2, () => shop.close())
    const { answer } = await shop.pay(token, undefined, late)
    await shop.reconcileAfter(0)
    expect(viewPayment(await shop.payment(answer.id)).status).toBe(status)
    expect(await shop.saidTypes()).toEqual(said)
    expect(shop.bank.charges.get(answer.id)?.status).not.toBe('requires_action')
  })

  it('is decided again: settled by a webhook right before', async () => {
    const shop = new Shop()
    const payment = await shop.paid('tok_3ds')
    const decline = { status: 'declined', failureCode: 'x' }
    const late = meanwhile(shop.deps, 1, () => webhook(shop, payment, decline))
    const settled = await settlePayment(late, payment.id, { status: 'succeeded' })
    await shop.reconcileAfter(0)
    // The failure was told first, so the success came too late.
    expect(settled.status).toBe('failed')
    expect(viewPayment(await shop.payment(payment.id)).status).toBe('refunded')
  })
})

describe('confirming', () => {
  it('captures, and again changes nothing', async () => {
    const shop = new Shop()
    const payment = await shop.paid('tok_3ds')
    const confirmed = await confirmPayment(shop.deps, payment)
    expect(confirmed.status).toBe('succeeded')
    expect(await confirmPayment(shop.deps, confirmed)).toEqual(confirmed)
    // Somebody who still believes that it waits is told the same.
    expect((await confirmPayment(shop.deps, payment)).status).toBe('succeeded')
    expect(shop.bank.calls.filter((call) => call.startsWith('confirm'))).toHaveLength(1)
  })

  it('is refused in every other status', async () => {
    const shop = new Shop()
    const declined = await shop.paid('tok_declined')
    const processing = await shop.paid('tok_of_unknown_fate')
    for (const payment of [declined, processing]) {
      await expect(confirmPayment(shop.deps, payment)).rejects.toMatchObject({
        code: 'payment_not_confirmable',
      })
    }
  })

  it('is refused when the order was closed, and the provider is told', async () => {
    const shop = new Shop()
    const payment = await shop.paid('tok_3ds')
    await shop.close()
    await expect(confirmPayment(shop.deps, payment)).rejects.toMatchObject({
      code: 'payment_not_confirmable',
    })
    await shop.reconcileAfter(0)
    expect(shop.bank.charges.get(payment.id)).toEqual({ status: 'cancelled' })
  })

  it('gives back what was captured when the order is closed meanwhile', async () => {
    const shop = new Shop()
    const payment = await shop.paid('tok_3ds')
    shop.bank.meanwhile.set('confirm', () => shop.close())
    await expect(confirmPayment(shop.deps, payment)).rejects.toMatchObject({
      code: 'payment_not_confirmable',
    })
    await shop.reconcileAfter(0)
    expect(viewPayment(await shop.payment(payment.id)).status).toBe('refunded')
    expect(await shop.saidTypes()).toEqual(['payment.action_required', 'payment.refunded'])
  })

  it('that loses its answer, or dies after it, is found by reconciliation', async () => {
    const lost = new Shop()
    const first = await lost.paid('tok_3ds')
    lost.bank.faults.set('confirm', 'lost')
    expect((await confirmPayment(lost.deps, first)).status).toBe('requires_action')
    await lost.reconcileAfter(10_000)
    expect((await lost.payment(first.id)).status).toBe('succeeded')

    const dead = new Shop()
    const second = await dead.paid('tok_3ds')
    await expect(confirmPayment(dyingAt(dead.deps, 1), second)).rejects.toThrow('died')
    await dead.reconcileAfter(10_000)
    expect((await dead.payment(second.id)).status).toBe('succeeded')
  })
})

describe('a success that is reported too late', () => {
  it('for a failed payment is booked and given back in full', async () => {
    const shop = new Shop()
    const failed = await shop.paid('tok_declined')
    const paid = await shop.paid('tok_ok')
    await webhook(shop, failed, { status: 'succeeded' })
    await webhook(shop, failed, { status: 'succeeded' })
    await shop.reconcileAfter(0)
    expect(await shop.refunds()).toMatchObject([{ reason: 'captured_late', status: 'succeeded' }])
    expect(viewPayment(await shop.payment(failed.id)).status).toBe('refunded')
    expect(viewPayment(await shop.payment(paid.id)).status).toBe('succeeded')
  })

  it('for a voided payment is booked and given back in full', async () => {
    const shop = new Shop()
    const first = await shop.paid('tok_3ds')
    await shop.pay('tok_ok')
    await webhook(shop, first, { status: 'succeeded' })
    await shop.reconcileAfter(0)
    expect(viewPayment(await shop.payment(first.id)).status).toBe('refunded')
  })

  it('is found when the provider had captured what we void', async () => {
    const shop = new Shop()
    const payment = await shop.paid('tok_3ds')
    shop.bank.charges.set(payment.id, { status: 'succeeded' })
    await shop.close()
    await shop.reconcileAfter(0)
    await shop.reconcileAfter(0)
    expect(viewPayment(await shop.payment(payment.id)).status).toBe('refunded')
  })
})

describe('a webhook', () => {
  it('that is sent twice takes effect once, and twice at once', async () => {
    const shop = new Shop()
    const payment = await shop.paid('tok_3ds')
    const send = () => webhook(shop, payment, { status: 'declined', failureCode: 'x' }, 'evt-1')
    await Promise.all([send(), send(), send()])
    await send()
    expect(await shop.saidTypes()).toEqual(['payment.action_required', 'payment.failed'])
  })

  it('is not lost when its batch fails: the provider sends it again', async () => {
    const shop = new Shop()
    const payment = await shop.paid('tok_3ds')
    const { deps } = shop
    shop.deps = dyingAt(deps, 1)
    const send = () => webhook(shop, payment, { status: 'succeeded' }, 'evt-2')
    await expect(send()).rejects.toThrow('died')
    shop.deps = deps
    await send()
    expect((await shop.payment(payment.id)).status).toBe('succeeded')
  })

  it('about nothing that we know, or for no provider, changes nothing', async () => {
    const shop = new Shop()
    const stranger = { ...(await shop.paid()), id: 'pay_00000000000000000000000000' }
    await webhook(shop, stranger, { status: 'succeeded' })
    shop.deps = { ...shop.deps, findProvider: () => null }
    await expect(webhook(shop, stranger, { status: 'succeeded' })).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  it('of another provider cannot settle a payment', async () => {
    const shop = new Shop()
    const payment = await shop.paid('tok_3ds')
    const news = { about: 'charge', key: payment.id, outcome: { status: 'succeeded' } }
    const headers = new Headers({ id: 'evt-3' })
    await receiveWebhook(shop.deps, { provider: 'other', headers, body: JSON.stringify(news) })
    expect((await shop.payment(payment.id)).status).toBe('requires_action')
  })
})
