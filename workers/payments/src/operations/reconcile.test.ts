import { afterEach, describe, expect, it } from 'vitest'
import { expectBooksInOrder, Shop } from '../../test/shop.ts'
import { loadDue, postponeCheck } from '../store/reconciliation-store.ts'
import { payments } from '../store/schema.ts'
import { settlePayment } from './settle-payment.ts'

afterEach(expectBooksInOrder)

describe('a payment without an answer', () => {
  it('is answered as processing, and found by its key', async () => {
    const shop = new Shop()
    shop.bank.faults.set('charge', 'lost')
    const { answer } = await shop.pay('tok_ok', 'key-1')
    expect(answer.status).toBe('processing')
    expect((await shop.payment(answer.id)).checkAt).toBe(shop.clock + 10_000)
    await shop.reconcileAfter(9_999)
    expect((await shop.payment(answer.id)).status).toBe('processing')
    await shop.reconcileAfter(1)
    expect((await shop.payment(answer.id)).status).toBe('succeeded')
    expect(await shop.saidTypes()).toEqual(['payment.succeeded'])
    // The answer that was given is the one that the key keeps.
    expect(await shop.pay('tok_ok', 'key-1')).toEqual({ answer, replayed: true })
  })

  it('is answered as processing when the provider is slow, and settled later', async () => {
    const shop = new Shop({ PROVIDER_TIMEOUT_MS: 20 })
    shop.bank.meanwhile.set('charge', () => scheduler.wait(100))
    const { answer } = await shop.pay()
    expect(answer.status).toBe('processing')
    await shop.reconcileAfter(10_000)
    expect((await shop.payment(answer.id)).status).toBe('succeeded')
  })

  it('blocks the order while its fate is unknown', async () => {
    const shop = new Shop()
    await shop.pay('tok_of_unknown_fate')
    await expect(shop.pay()).rejects.toMatchObject({ code: 'payment_in_progress' })
  })

  it('is looked at with growing pauses, and never given up, while it is pending', async () => {
    const shop = new Shop()
    const { id } = await shop.paid('tok_of_unknown_fate')
    const pauses: number[] = []
    for (let look = 0; look < 9; look++) {
      const { checkAt } = await shop.payment(id)
      const before = shop.clock
      const next = await shop.reconcileAfter((checkAt ?? 0) - shop.clock)
      expect(next).not.toBeNull()
      pauses.push(shop.clock - before)
    }
    expect(pauses).toEqual([10, 5, 10, 20, 40, 80, 160, 320, 600].map((seconds) => seconds * 1_000))
    expect((await shop.payment(id)).status).toBe('processing')
    shop.bank.charges.set(id, { status: 'declined', failureCode: 'card_declined' })
    await shop.reconcileAfter(600_000)
    expect((await shop.payment(id)).status).toBe('failed')
  })
})

it('is left alone when it was settled while reconciliation was about to look at it', async () => {
  const shop = new Shop()
  shop.bank.faults.set('charge', 'lost')
  const { id } = await shop.paid()
  shop.clock += 10_000
  const [due] = (await loadDue(shop.deps.db, shop.clock, 100)).payments.filter(
    (payment) => payment.id === id,
  )
  await settlePayment(shop.deps, id, { status: 'succeeded' })
  expect(due).toMatchObject({ id })
  expect(await postponeCheck(shop.deps.db, payments, { id, checkAt: due?.checkAt ?? 0 }, 1)).toBe(
    false,
  )
  expect((await shop.payment(id)).checkAt).toBeNull()
})

describe('a payment that the provider does not know', () => {
  it('fails only after the call is over, and is cancelled there first', async () => {
    const shop = new Shop()
    shop.bank.faults.set('charge', 'down')
    const { id } = await shop.paid('tok_ok')
    await shop.reconcileAfter(10_000)
    expect((await shop.payment(id)).status).toBe('processing')
    expect(shop.bank.charges.has(id)).toBe(false)
    await shop.reconcileAfter(5_000)
    expect(await shop.payment(id)).toMatchObject({
      status: 'failed',
      failureCode: 'provider_unreachable',
      checkAt: null,
    })
    expect(await shop.saidTypes()).toEqual(['payment.failed'])
    shop.bank.faults.clear()
    // A call with this key that arrives after all charges nothing.
    expect(await shop.bank.charge({ key: id, token: 'tok_ok' })).toEqual({ status: 'cancelled' })
    expect((await shop.pay()).answer.status).toBe('succeeded')
  })

  it('fails also where keys cannot be cancelled, and is looked at once more', async () => {
    const shop = new Shop()
    shop.bank.cancelsUnknown = false
    shop.bank.faults.set('charge', 'down')
    const { id } = await shop.paid()
    await shop.reconcileAfter(15_000)
    expect((await shop.payment(id)).status).toBe('failed')
    // The charge arrives after all, and no webhook tells it.
    shop.bank.charges.set(id, { status: 'succeeded' })
    await shop.reconcileAfter(600_000)
    await shop.reconcileAfter(0)
    expect(await shop.payment(id)).toMatchObject({ refundedMinor: 1999, checkAt: null })
  })

  it('stays as it is while the provider can be asked nothing', async () => {
    const shop = new Shop()
    for (const call of ['charge', 'find', 'cancel'] as const) shop.bank.faults.set(call, 'down')
    const { id } = await shop.paid()
    await shop.reconcileAfter(60_000)
    await shop.reconcileAfter(600_000)
    expect((await shop.payment(id)).status).toBe('processing')
    shop.bank.faults.clear()
    await shop.reconcileAfter(600_000)
    expect((await shop.payment(id)).status).toBe('failed')
  })
})

describe('a payment that waits for its customer', () => {
  it('is looked at too, so that a lost webhook loses nothing', async () => {
    const shop = new Shop()
    const { id } = await shop.paid('tok_3ds')
    shop.bank.charges.set(id, { status: 'succeeded' })
    await shop.reconcileAfter(5_000)
    expect((await shop.payment(id)).status).toBe('succeeded')
  })

  it('is voided when the provider gives it up', async () => {
    const shop = new Shop()
    const { id } = await shop.paid('tok_3ds')
    shop.bank.charges.set(id, { status: 'cancelled' })
    await shop.reconcileAfter(5_000)
    expect((await shop.payment(id)).status).toBe('voided')
    expect((await shop.pay()).answer.status).toBe('succeeded')
  })
})

describe('a void that the provider did not hear of', () => {
  it('is repeated until it has', async () => {
    const shop = new Shop()
    const { id } = await shop.paid('tok_3ds')
    await shop.close()
    shop.bank.faults.set('cancel', 'down')
    await shop.reconcileAfter(0)
    expect((await shop.payment(id)).checkAt).not.toBeNull()
    shop.bank.faults.clear()
    await shop.reconcileAfter(60_000)
    expect(shop.bank.charges.get(id)).toEqual({ status: 'cancelled' })
    expect((await shop.payment(id)).checkAt).toBeNull()
  })
})

it('goes on with the others when one of them fails', async () => {
  const shop = new Shop()
  const other = new Shop()
  for (const { bank } of [shop, other]) bank.faults.set('charge', 'lost')
  const broken = await shop.paid()
  const fine = await other.paid()
  other.bank.find = async ({ key }) => {
    if (key === fine.id) return { status: 'succeeded' }
    // What no settlement knows, as a broken adapter would answer.
    return { status: 'gibberish' } as never
  }
  await other.reconcileAfter(10_000)
  expect((await other.payment(fine.id)).status).toBe('succeeded')
  expect((await shop.payment(broken.id)).status).toBe('processing')
})
