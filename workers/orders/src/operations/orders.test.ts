import { toInstant } from '@kiosk/contracts/primitives/time'
import { newEvent } from '@kiosk/kit/events'
import { newId } from '@kiosk/kit/ids'
import { describe, expect, it } from 'vitest'
import { address, fakeEnv, paymentEvent, placedOrder, saidOf } from '../../test/fakes.ts'
import { onPaymentFailed } from '../events/on-payment-failed.ts'
import { onPaymentRefunded } from '../events/on-payment-refunded.ts'
import { onReservationExpired } from '../events/on-reservation-expired.ts'
import { loadOrder } from '../store/order-store.ts'
import { cancelOrder } from './cancel-order.ts'
import { payableOrder } from './payable-order.ts'
import { placeOrder } from './place-order.ts'
import { settlePaidOrder } from './settle-paid-order.ts'

const request = { lines: [{ sku: 'TEE', quantity: 2 }], shippingAddress: address }
const mayCancel = () => true

describe('placing an order', () => {
  it('writes the order, its lines, its timeline and its event together', async () => {
    const { deps, inventory } = fakeEnv()
    const order = await placedOrder(deps)
    expect(await loadOrder(deps.db, order.id)).toMatchObject({
      status: 'pending',
      totalMinor: 1999,
      lines: [{ sku: 'TEE', unitPriceMinor: 1999 }],
    })
    expect((await loadOrder(deps.db, order.id))?.timeline).toMatchObject([{ type: 'order.placed' }])
    expect(await saidOf(deps, order.id)).toEqual(['order.placed → notifications'])
    expect(inventory.named('reserve')).toHaveLength(1)
  })

  it('gives the same answer for the same key, and reserves once', async () => {
    const { deps, inventory } = fakeEnv()
    const place = () =>
      placeOrder(deps, { customerId: 'usr_same', idempotencyKey: 'same-key', request })
    const first = await place()
    expect(await place()).toEqual({ answer: first.answer, replayed: true })
    expect(inventory.named('reserve')).toHaveLength(1)
  })

  it('gives the answer of a used key although catalog is out', async () => {
    const { deps } = fakeEnv()
    const base = { customerId: 'usr_again', idempotencyKey: 'k', request }
    const first = await placeOrder(deps, base)
    const priceVariants = () => Promise.reject(new Error('catalog is out'))
    const alone = { ...deps, catalog: { ...deps.catalog, priceVariants } }
    expect(await placeOrder(alone, base)).toEqual({ answer: first.answer, replayed: true })
    await expect(placeOrder(alone, { ...base, idempotencyKey: 'k2' })).rejects.toThrow('out')
  })

  it('refuses a second request under the key while the first is at work', async () => {
    const { deps, inventory } = fakeEnv()
    const place = () => placeOrder(deps, { customerId: 'usr_dup', idempotencyKey: 'k', request })
    let second: unknown
    inventory.meanwhile['reserve'] = async () => {
      second = await place().catch((error: unknown) => error)
    }
    await place()
    expect(second).toMatchObject({ code: 'request_in_progress' })
  })

  it('refuses another body under a used key', async () => {
    const { deps } = fakeEnv()
    const base = { customerId: 'usr_body', idempotencyKey: 'k' }
    await placeOrder(deps, { ...base, request })
    const other = { ...request, lines: [{ sku: 'MUG', quantity: 1 }] }
    await expect(placeOrder(deps, { ...base, request: other })).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    })
  })

  it('keeps no refusal: the key works once there is stock', async () => {
    const { deps, inventory } = fakeEnv()
    const base = { customerId: 'usr_short', idempotencyKey: 'k', request }
    inventory.shortages = [{ sku: 'TEE', requested: 2, available: 1 }]
    await expect(placeOrder(deps, base)).rejects.toMatchObject({
      code: 'insufficient_stock',
      extras: { shortages: [{ sku: 'TEE', requested: 2, available: 1 }] },
    })
    inventory.shortages = []
    expect(await placeOrder(deps, base)).toMatchObject({ replayed: false })
  })

  it('after a crash, the same key finishes under the same order id', async () => {
    const { deps, inventory } = fakeEnv()
    const base = { customerId: 'usr_crash', idempotencyKey: 'k', request }
    inventory.meanwhile['reserve'] = () => Promise.reject(new Error('the invocation died'))
    await expect(placeOrder(deps, base)).rejects.toThrow('died')
    const claim = deps.db.$client.prepare(
      'select resource_id from idempotency_claims where customer_id = ?',
    )
    const claimed = await claim.bind('usr_crash').first<{ resource_id: string }>()
    const { answer } = await placeOrder(deps, base)
    expect(answer.id).toBe(claimed?.resource_id)
  })

  it('after a crash, the same key goes on with the units that the crashed attempt holds', async () => {
    const { deps, inventory } = fakeEnv()
    const base = { customerId: 'usr_ghost', idempotencyKey: 'k', request }
    inventory.meanwhile['reserve'] = () => Promise.reject(new Error('the invocation died'))
    await expect(placeOrder(deps, base)).rejects.toThrow('died')
    await placeOrder(deps, base)
    const [crashed, finished] = inventory.named('reserve')
    expect(finished).toBe(crashed)
  })

  it('after a crash, a refusal gives back what the crashed attempt holds', async () => {
    const { deps, inventory } = fakeEnv()
    const base = { customerId: 'usr_partly', idempotencyKey: 'k', request }
    inventory.meanwhile['reserve'] = () => Promise.reject(new Error('the invocation died'))
    await expect(placeOrder(deps, base)).rejects.toThrow('died')
    inventory.shortages = [{ sku: 'TEE', requested: 2, available: 1 }]
    await expect(placeOrder(deps, base)).rejects.toMatchObject({ code: 'insufficient_stock' })
    expect(inventory.named('release')).toEqual([inventory.named('reserve')[0]])
  })

  it('a slow attempt that was taken over answers the winner and leaves it the hold', async () => {
    const { deps, inventory } = fakeEnv()
    const base = { customerId: 'usr_slow', idempotencyKey: 'k', request }
    let winner: unknown
    inventory.meanwhile['reserve'] = async () => {
      await deps.db.$client
        .prepare('update idempotency_claims set lease_until = 0 where customer_id = ?')
        .bind('usr_slow')
        .run()
      winner = await placeOrder(deps, base)
    }
    const slow = await placeOrder(deps, base)
    expect(winner).toMatchObject({ answer: { id: slow.answer.id } })
    expect(inventory.named('release')).toEqual([])
  })
})

describe('an attempt to place an order whose key was taken over', () => {
  it('writes nothing when the later one was refused and gave the stock back', async () => {
    const { deps, inventory } = fakeEnv()
    const base = { customerId: 'usr_fenced', idempotencyKey: 'k', request }
    inventory.meanwhile['reserve'] = async () => {
      await deps.db.$client
        .prepare('update idempotency_claims set lease_until = 0 where customer_id = ?')
        .bind(base.customerId)
        .run()
      inventory.shortages = [{ sku: 'TEE', requested: 2, available: 1 }]
      await expect(placeOrder(deps, base)).rejects.toMatchObject({ code: 'insufficient_stock' })
      inventory.shortages = []
    }
    await expect(placeOrder(deps, base)).rejects.toMatchObject({ code: 'unavailable' })
    const written = deps.db.$client.prepare('select id from orders where customer_id = ?')
    expect(await written.bind(base.customerId).first()).toBeNull()
  })
})

describe('a paid order', () => {
  it('deducts its stock and is confirmed, once however often the event comes', async () => {
    const { deps, inventory } = fakeEnv()
    const order = await placedOrder(deps)
    const event = paymentEvent('payment.succeeded', order)
    await settlePaidOrder(deps, event)
    await settlePaidOrder(deps, event)
    expect(await loadOrder(deps.db, order.id)).toMatchObject({
      status: 'processing',
      paymentStatus: 'paid',
      version: 2,
    })
    expect(inventory.named('commit')).toHaveLength(1)
    expect(await saidOf(deps, order.id)).toContain('order.confirmed → notifications')
  })

  it('is confirmed once when two deliveries race', async () => {
    const { deps } = fakeEnv()
    const order = await placedOrder(deps)
    const event = paymentEvent('payment.succeeded', order)
    await Promise.all([settlePaidOrder(deps, event), settlePaidOrder(deps, event)])
    const { timeline = [] } = (await loadOrder(deps.db, order.id)) ?? {}
    expect(timeline.map(({ type }) => type)).toEqual(['order.placed', 'order.confirmed'])
  })

  it('without stock is cancelled, and everybody who must undo something is told', async () => {
    const { deps, inventory } = fakeEnv()
    const order = await placedOrder(deps)
    inventory.commitRefusal = { code: 'insufficient_stock', shortages: [] }
    await settlePaidOrder(deps, paymentEvent('payment.succeeded', order))
    expect(await loadOrder(deps.db, order.id)).toMatchObject({
      status: 'cancelled',
      cancelReason: 'out_of_stock',
    })
    expect(await saidOf(deps, order.id)).toEqual([
      'order.placed → notifications',
      'order.cancelled → inventory',
      'order.cancelled → notifications',
      'order.cancelled → payments',
    ])
  })

  it('that is cancelled while its stock is deducted releases it before it is done', async () => {
    const { deps, inventory } = fakeEnv()
    const order = await placedOrder(deps)
    inventory.meanwhile['commit'] = () =>
      cancelOrder(deps, { orderId: order.id, reason: 'customer', mayCancel })
    await settlePaidOrder(deps, paymentEvent('payment.succeeded', order))
    expect(await loadOrder(deps.db, order.id)).toMatchObject({
      status: 'cancelled',
      paymentStatus: 'paid',
    })
    expect(inventory.calls.at(-1)).toMatchObject({ method: 'release' })
    expect(await saidOf(deps, order.id)).not.toContain('order.confirmed → notifications')
  })

  it('keeps its stock deducted when nothing was written, and finishes on redelivery', async () => {
    const { deps, inventory } = fakeEnv()
    const order = await placedOrder(deps)
    const event = paymentEvent('payment.succeeded', order)
    const broken = { ...deps, commit: () => Promise.reject(new Error('D1 is away')) }
    await expect(settlePaidOrder(broken, event)).rejects.toThrow('away')
    await settlePaidOrder(deps, event)
    expect(inventory.named('commit')).toHaveLength(2)
    expect(await loadOrder(deps.db, order.id)).toMatchObject({ status: 'processing' })
  })

  it('refuses a payment that is not of its total', async () => {
    const { deps } = fakeEnv()
    const order = await placedOrder(deps)
    const event = paymentEvent('payment.succeeded', order)
    event.data.amount.amountMinor = 1
    await expect(settlePaidOrder(deps, event)).rejects.toThrow('full total')
  })
})

describe('an expired hold', () => {
  const expired = (orderId: string, reservationId: string, at = Date.now()) =>
    newEvent('reservation.expired', {
      subject: reservationId,
      aggregateversion: 1,
      data: { reservationId, orderId, sku: 'TEE', quantity: 1, expiresAt: toInstant(at) },
    })

  it('cancels the unpaid order that it belongs to', async () => {
    const { deps, inventory } = fakeEnv()
    const order = await placedOrder(deps)
    const [reservationId = ''] = inventory.named('reserve')
    await onReservationExpired(expired(order.id, reservationId), deps)
    await onReservationExpired(expired(order.id, reservationId), deps)
    expect(await loadOrder(deps.db, order.id)).toMatchObject({
      status: 'cancelled',
      cancelReason: 'expired',
      version: 2,
    })
  })

  it('that lapses before its order is written keeps it from that, until it is asked for again', async () => {
    const { deps, inventory } = fakeEnv()
    const late = { customerId: 'usr_late', idempotencyKey: 'k', request }
    inventory.meanwhile['reserve'] = async () => {
      const claim = deps.db.$client.prepare(
        'select resource_id as id from idempotency_claims where customer_id = ?',
      )
      const claimed = await claim.bind(late.customerId).first<{ id: string }>()
      const [reservationId = ''] = inventory.named('reserve')
      const event = expired(claimed?.id ?? '', reservationId)
      await onReservationExpired(event, deps)
      await onReservationExpired(event, deps)
    }
    await expect(placeOrder(deps, late)).rejects.toMatchObject({ code: 'unavailable' })
    const { answer } = await placeOrder(deps, late)
    expect(await loadOrder(deps.db, answer.id)).toMatchObject({ status: 'pending' })
  })

  it('that is not the order’s current one means nothing', async () => {
    const { deps } = fakeEnv()
    const order = await placedOrder(deps)
    await onReservationExpired(expired(order.id, newId('reservation')), deps)
    await onReservationExpired(expired(newId('order'), newId('reservation')), deps)
    expect(await loadOrder(deps.db, order.id)).toMatchObject({ status: 'pending' })
  })

  it('of a crashed attempt means nothing to the order that a later one wrote', async () => {
    const { deps, inventory } = fakeEnv()
    const order = await placedOrder(deps)
    const [reservationId = ''] = inventory.named('reserve')
    const before = Date.parse(order.createdAt) - 1
    await onReservationExpired(expired(order.id, reservationId, before), deps)
    expect(await loadOrder(deps.db, order.id)).toMatchObject({ status: 'pending' })
  })

  it('that a payment has overtaken means nothing', async () => {
    const { deps, inventory } = fakeEnv()
    const order = await placedOrder(deps)
    await settlePaidOrder(deps, paymentEvent('payment.succeeded', order))
    const [reservationId = ''] = inventory.named('reserve')
    await onReservationExpired(expired(order.id, reservationId), deps)
    expect(await loadOrder(deps.db, order.id)).toMatchObject({ status: 'processing' })
  })
})

describe('whether an order is payable', () => {
  it('its stock is held for at least the time it takes to pay', async () => {
    const { deps } = fakeEnv()
    const order = await placedOrder(deps)
    const late = { ...deps, now: () => Date.parse(order.createdAt) + 10 * 60_000 }
    const payable = await payableOrder(late, { orderId: order.id, customerId: order.customerId })
    const deadline = Date.parse(order.createdAt) + 20 * 60_000
    expect(payable).toMatchObject({ ok: true, value: { deadline, amount: order.total } })
    expect(await loadOrder(deps.db, order.id)).toMatchObject({ expiresAt: deadline })
  })

  it('is refused once a line has lost its hold, or an hour has passed', async () => {
    const { deps, inventory } = fakeEnv()
    const order = await placedOrder(deps)
    const ask = { orderId: order.id, customerId: null }
    const refusal = { ok: false, refusal: { code: 'order_not_payable' } }
    const after = (minutes: number) => Date.parse(order.createdAt) + minutes * 60_000
    expect(await payableOrder({ ...deps, now: () => after(60) }, ask)).toMatchObject(refusal)
    inventory.extendable = false
    expect(await payableOrder({ ...deps, now: () => after(10) }, ask)).toMatchObject(refusal)
  })

  it('is not asked again while its stock is held for long enough anyhow', async () => {
    const { deps, inventory } = fakeEnv()
    const order = await placedOrder(deps)
    const payable = await payableOrder(deps, { orderId: order.id, customerId: null })
    expect(payable).toMatchObject({ ok: true })
    expect(inventory.named('extend')).toEqual([])
  })

  it('another customer’s order does not exist', async () => {
    const { deps } = fakeEnv()
    const order = await placedOrder(deps)
    const ask = { orderId: order.id, customerId: newId('user') }
    expect(await payableOrder(deps, ask)).toMatchObject({ refusal: { code: 'not_found' } })
  })
})

describe('the news of a payment', () => {
  it('a failed one is in the timeline, and the order stays payable', async () => {
    const { deps } = fakeEnv()
    const order = await placedOrder(deps)
    await onPaymentFailed(paymentEvent('payment.failed', order), deps)
    expect(await loadOrder(deps.db, order.id)).toMatchObject({ status: 'pending', version: 2 })
    const { timeline = [] } = (await loadOrder(deps.db, order.id)) ?? {}
    expect(timeline.at(-1)).toMatchObject({
      type: 'payment.failed',
      actor: 'system',
      data: { failureCode: 'card_declined' },
    })
  })

  it('a refund delivered twice is one entry', async () => {
    const { deps } = fakeEnv()
    const order = await placedOrder(deps)
    const paymentId = newId('payment')
    await settlePaidOrder(deps, paymentEvent('payment.succeeded', order, { paymentId }))
    const refund = paymentEvent('payment.refunded', order, { paymentId, version: 3 })
    await onPaymentRefunded(refund, deps)
    await onPaymentRefunded(refund, deps)
    expect(await loadOrder(deps.db, order.id)).toMatchObject({
      paymentStatus: 'refunded',
      version: 3,
    })
  })
})
