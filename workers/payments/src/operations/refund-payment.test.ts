import { afterEach, describe, expect, it } from 'vitest'
import { all, dyingAt, expectBooksInOrder, meanwhile, Shop } from '../../test/shop.ts'
import { viewPayment } from '../view.ts'

afterEach(expectBooksInOrder)

describe('a refund', () => {
  it('in parts is booked and told, each with the total so far', async () => {
    const shop = new Shop()
    const { id } = await shop.paid()
    expect((await shop.refund(id, 500)).answer).toMatchObject({
      paymentId: id,
      amount: { amountMinor: 500, currency: 'USD' },
      status: 'succeeded',
    })
    expect(viewPayment(await shop.payment(id))).toMatchObject({
      status: 'partially_refunded',
      refundedAmount: { amountMinor: 500 },
    })
    // Without an amount: everything that is left.
    expect((await shop.refund(id)).answer.amount.amountMinor).toBe(1499)
    expect(viewPayment(await shop.payment(id)).status).toBe('refunded')
    expect((await shop.said()).slice(1)).toMatchObject([
      { type: 'payment.refunded', data: { refundedTotal: { amountMinor: 500 }, fully: false } },
      { type: 'payment.refunded', data: { refundedTotal: { amountMinor: 1999 }, fully: true } },
    ])
  })

  it('of more than is left is refused, and so is one of nothing left', async () => {
    const shop = new Shop()
    const { id } = await shop.paid()
    await expect(shop.refund(id, 2000)).rejects.toMatchObject({ code: 'refund_exceeds_captured' })
    await shop.refund(id)
    await expect(shop.refund(id)).rejects.toMatchObject({ code: 'refund_exceeds_captured' })
    await expect(shop.refund(id, 1)).rejects.toMatchObject({ code: 'refund_exceeds_captured' })
  })

  it('of what was not captured is refused', async () => {
    const shop = new Shop()
    const { id } = await shop.paid('tok_declined')
    await expect(shop.refund(id)).rejects.toMatchObject({ code: 'payment_not_refundable' })
  })

  it('sent twice with one key pays back once, and the key is of this payment only', async () => {
    const shop = new Shop()
    const { id } = await shop.paid()
    const first = await shop.refund(id, 500, 'refund-1')
    expect(await shop.refund(id, 500, 'refund-1')).toEqual({ ...first, replayed: true })
    expect(shop.bank.refunds.size).toBe(1)
    const other = new Shop()
    const { id: otherId } = await other.paid()
    await expect(other.refund(otherId, 500, 'refund-1')).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    })
  })

  it('many at once never exceed what was captured', async () => {
    const shop = new Shop()
    const { id } = await shop.paid()
    const attempts = await Promise.allSettled([1, 2, 3, 4, 5].map(() => shop.refund(id, 700)))
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
    expect((await shop.payment(id)).refundedMinor).toBe(1400)
    const rest = await Promise.allSettled([1, 2, 3].map(() => shop.refund(id)))
    expect(rest.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect((await shop.payment(id)).refundedMinor).toBe(1999)
  })

  it('is refused when another one takes what is left right before it is written', async () => {
    const shop = new Shop()
    const { id } = await shop.paid()
    const { deps } = shop
    shop.deps = meanwhile(deps, 1, async () => {
      shop.deps = deps
      await shop.refund(id, 1500)
    })
    await expect(shop.refund(id, 500)).rejects.toMatchObject({ code: 'refund_exceeds_captured' })
  })

  it('is counted when another one is settled right before it', async () => {
    const shop = new Shop()
    const { id } = await shop.paid()
    const { deps } = shop
    shop.deps = meanwhile(deps, 2, async () => {
      shop.deps = deps
      await shop.refund(id, 500)
    })
    await shop.refund(id, 300)
    expect((await shop.payment(id)).refundedMinor).toBe(800)
    expect((await shop.said()).slice(1)).toMatchObject([
      { data: { refundedTotal: { amountMinor: 500 } } },
      { data: { refundedTotal: { amountMinor: 800 } } },
    ])
  })

  it('keeps its amount reserved while it has no answer, and is reconciled', async () => {
    const shop = new Shop()
    const { id } = await shop.paid()
    shop.bank.faults.set('refund', 'lost')
    expect((await shop.refund(id, 1500)).answer.status).toBe('processing')
    await expect(shop.refund(id, 500)).rejects.toMatchObject({ code: 'refund_exceeds_captured' })
    await shop.reconcileAfter(10_000)
    expect(await shop.refunds()).toMatchObject([{ amountMinor: 1500, status: 'succeeded' }])
    expect(await shop.saidTypes()).toEqual(['payment.succeeded', 'payment.refunded'])
  })

  it('that never arrived is made by reconciliation, with the same key', async () => {
    const shop = new Shop()
    const { id } = await shop.paid()
    shop.bank.faults.set('refund', 'down')
    const { answer } = await shop.refund(id)
    shop.bank.faults.clear()
    await shop.reconcileAfter(10_000)
    expect([...shop.bank.refunds.keys()]).toEqual([answer.id])
    expect(viewPayment(await shop.payment(id)).status).toBe('refunded')
  })

  it('that the provider refuses gives its amount back', async () => {
    const shop = new Shop()
    const { id } = await shop.paid()
    shop.bank.refusesRefunds = true
    expect((await shop.refund(id)).answer.status).toBe('failed')
    expect(viewPayment(await shop.payment(id)).status).toBe('succeeded')
    shop.bank.refusesRefunds = false
    expect((await shop.refund(id)).answer.status).toBe('succeeded')
    expect(await shop.refunds()).toMatchObject([{ status: 'failed' }, { status: 'succeeded' }])
  })

  it('survives a Worker that dies before and after the provider paid back', async () => {
    const shop = new Shop()
    const { id } = await shop.paid()
    const { deps } = shop
    for (const commit of [1, 2]) {
      const key = `dying-${commit}`
      shop.deps = dyingAt(deps, commit)
      await expect(shop.refund(id, 100, key)).rejects.toThrow('died')
      shop.deps = deps
      expect((await shop.refund(id, 100, key)).answer.status).toBe('succeeded')
    }
    expect(shop.bank.refunds.size).toBe(2)
    expect((await shop.payment(id)).refundedMinor).toBe(200)
  })
})

describe('order.cancelled', () => {
  it('is remembered even when the order has no payment', async () => {
    const shop = new Shop()
    await shop.close()
    expect(await all('SELECT reason FROM closed_orders WHERE order_id = ?', shop.orderId)).toEqual([
      { reason: 'customer' },
    ])
  })

  it('gives back all that is left of a payment, once however often it is heard', async () => {
    const shop = new Shop()
    const { id } = await shop.paid()
    await shop.refund(id, 500)
    await shop.close('evt_1')
    await shop.close('evt_1')
    await shop.close('evt_2')
    await Promise.all([shop.reconcileAfter(0), shop.reconcileAfter(0)])
    await shop.close('evt_3')
    await shop.reconcileAfter(60_000)
    expect(await shop.refunds()).toMatchObject([
      { amountMinor: 500, reason: 'broken', status: 'succeeded' },
      { amountMinor: 1499, reason: 'order_cancelled', status: 'succeeded' },
    ])
    expect(shop.bank.refunds.size).toBe(2)
    expect(viewPayment(await shop.payment(id)).status).toBe('refunded')
  })

  it('that dies before its batch is done again when redelivered', async () => {
    const shop = new Shop()
    const { id } = await shop.paid()
    const { deps } = shop
    shop.deps = dyingAt(deps, 1)
    await expect((async () => shop.close('evt_4'))()).rejects.toThrow('died')
    shop.deps = deps
    await shop.close('evt_4')
    await shop.reconcileAfter(0)
    expect(viewPayment(await shop.payment(id)).status).toBe('refunded')
  })

  it('also gives back what a refund of staff had reserved and then failed to pay', async () => {
    const shop = new Shop()
    const { id } = await shop.paid()
    shop.bank.faults.set('refund', 'down')
    await shop.refund(id, 500)
    await shop.close()
    shop.bank.faults.clear()
    shop.bank.refusesRefunds = true
    await shop.reconcileAfter(10_000)
    shop.bank.refusesRefunds = false
    for (let look = 0; look < 4; look++) await shop.reconcileAfter(600_000)
    expect(viewPayment(await shop.payment(id)).status).toBe('refunded')
    const paidBack = (await shop.refunds()).filter(({ status }) => status === 'succeeded')
    expect(paidBack.reduce((sum, { amountMinor }) => sum + amountMinor, 0)).toBe(1999)
  })

  it('tries again, later each time, while the provider refuses to pay back', async () => {
    const shop = new Shop()
    const { id } = await shop.paid()
    shop.bank.refusesRefunds = true
    await shop.close()
    await shop.reconcileAfter(0)
    expect((await shop.refunds()).map(({ status }) => status)).toEqual(['failed', 'processing'])
    await shop.reconcileAfter(4_999)
    expect(await shop.refunds()).toHaveLength(2)
    await shop.reconcileAfter(1)
    expect(await shop.refunds()).toHaveLength(3)
    shop.bank.refusesRefunds = false
    await shop.reconcileAfter(10_000)
    expect(viewPayment(await shop.payment(id)).status).toBe('refunded')
  })
})

it('never changes or forgets a ledger entry', async () => {
  await new Shop().pay()
  await expect(all('UPDATE ledger_entries SET debit_minor = 1')).rejects.toThrow('append-only')
  await expect(all('DELETE FROM ledger_entries')).rejects.toThrow('append-only')
})
