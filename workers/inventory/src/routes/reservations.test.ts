import { ReservationView } from '@kiosk/contracts/http/inventory'
import { newId } from '@kiosk/kit/ids'
import { createExecutionContext, runInDurableObject, waitOnExecutionContext } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import { ask, refusal } from '../../test/client.ts'
import { call, object, stocked, testEnv } from '../../test/world.ts'
import { InventoryRpc } from '../rpc.ts'

describe('reserving by hand', () => {
  const byHand = (body: unknown) => ask('/v1/reservations', { body })
  const act = (id: string, verb: 'release' | 'commit') =>
    ask(`/v1/reservations/${id}/${verb}`, { method: 'POST' })

  async function held(lines: { sku: string; quantity: number }[]) {
    const answer = await byHand({ orderId: 'phone order 7', lines, ttlSeconds: 60 })
    expect(answer.status).toBe(201)
    return ReservationView.strict().parse(await answer.json())
  }

  it('holds, then deducts; a release puts the units back', async () => {
    const [a, b] = [await stocked(5), await stocked(5)]
    const lines = [
      { sku: b, quantity: 2 },
      { sku: a, quantity: 1 },
    ]
    const reservation = await held(lines)
    expect(reservation).toMatchObject({ status: 'held', lines, orderId: 'phone order 7' })
    const left = Date.parse(reservation.expiresAt ?? '') - Date.now()
    expect(left).toBeGreaterThan(55_000)
    expect(left).toBeLessThanOrEqual(60_000)

    for (let twice = 0; twice < 2; twice++) {
      expect(await (await act(reservation.id, 'commit')).json()).toMatchObject({
        status: 'committed',
        lines,
      })
      expect(await object(b).balance(call)).toMatchObject({ onHand: 3, reserved: 0 })
    }
    for (let twice = 0; twice < 2; twice++) {
      expect(await (await act(reservation.id, 'release')).json()).toMatchObject({
        status: 'released',
        lines,
      })
      expect(await object(b).balance(call)).toMatchObject({ onHand: 5, reserved: 0 })
    }
    expect(await refusal(act(reservation.id, 'commit'))).toBe('409 reservation_ended')
  })

  it('names what is short, and leaves nothing behind', async () => {
    const [a, b] = [await stocked(5), await stocked(1)]
    const count = () => testEnv.DB.prepare('SELECT count(*) AS n FROM reservations').first()
    const before = await count()
    const answer = await byHand({
      orderId: 'x',
      lines: [
        { sku: a, quantity: 1 },
        { sku: b, quantity: 2 },
      ],
    })
    expect(answer.status).toBe(409)
    expect(await answer.json()).toMatchObject({
      code: 'insufficient_stock',
      shortages: [{ sku: b, requested: 2, available: 1 }],
    })
    expect(await object(a).balance(call)).toMatchObject({ reserved: 0 })
    expect(await count()).toEqual(before)
  })

  it('is refused a commit when the hold has lapsed and the units are gone', async () => {
    const sku = await stocked(2)
    const { id } = await held([{ sku, quantity: 2 }])
    await runInDurableObject(object(sku), (_, state) => {
      state.storage.sql.exec('UPDATE reservations SET expires_at = 1')
    })
    await held([{ sku, quantity: 1 }])
    expect(await refusal(act(id, 'commit'))).toBe('409 insufficient_stock')
  })

  it('does not reach the reservations of orders, nor those that are not', async () => {
    const sku = await stocked(2)
    const ref = {
      orderId: newId('order'),
      reservationId: newId('reservation'),
      lines: [{ sku, quantity: 1 }],
    }
    const context = createExecutionContext()
    const rpc = new InventoryRpc(context, testEnv)
    expect(await rpc.reserve(call, { ...ref, expiresAt: Date.now() + 60_000 })).toMatchObject({
      ok: true,
    })
    await waitOnExecutionContext(context)
    expect(await refusal(act(ref.reservationId, 'commit'))).toBe('409 owned_by_order')
    expect(await refusal(act(ref.reservationId, 'release'))).toBe('409 owned_by_order')
    expect(await refusal(act(newId('reservation'), 'release'))).toBe('404 not_found')
    expect(await refusal(act('%00', 'commit'))).toBe('404 not_found')
    expect(await object(sku).balance(call)).toMatchObject({ reserved: 1 })
  })

  const line = { sku: 'TEE', quantity: 1 }
  it.each([
    {},
    { orderId: '', lines: [line] },
    { orderId: 'x'.repeat(101), lines: [line] },
    { orderId: 'x', lines: [] },
    { orderId: 'x', lines: Array.from({ length: 51 }, () => line) },
    { orderId: 'x', lines: [{ sku: 'TEE', quantity: 0 }] },
    { orderId: 'x', lines: [{ sku: 'TEE', quantity: -1 }] },
    { orderId: 'x', lines: [{ sku: 'TEE', quantity: 1.5 }] },
    { orderId: 'x', lines: [{ sku: 'TEE', quantity: 1_000_001 }] },
    { orderId: 'x', lines: [{ sku: 'a b', quantity: 1 }] },
    { orderId: 'x', lines: [line], ttlSeconds: 0 },
    { orderId: 'x', lines: [line], ttlSeconds: 3_601 },
  ])('refuses %o', async (body) => {
    expect(await refusal(byHand(body))).toBe('400 validation_failed')
  })
})
