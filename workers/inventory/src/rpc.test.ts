import { newId } from '@kiosk/kit/ids'
import { createExecutionContext } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import { call, object, stocked, testEnv } from '../test/world.ts'
import { InventoryRpc } from './rpc.ts'

describe('what other Workers ask', () => {
  it('is answered by the same rules: reserve, extend, commit, release', async () => {
    const sku = await stocked(5)
    const lines = [{ sku, quantity: 2 }]
    const ref = { orderId: newId('order'), reservationId: newId('reservation'), lines }
    const rpc = new InventoryRpc(createExecutionContext(), testEnv)
    const expiresAt = Date.now() + 60_000
    expect(await rpc.reserve(call, { ...ref, expiresAt })).toEqual({
      ok: true,
      value: { expiresAt },
    })
    const later = expiresAt + 60_000
    expect(await rpc.extend(call, { ...ref, expiresAt: later })).toEqual({
      ok: true,
      value: { expiresAt: later },
    })
    expect(await rpc.commit(call, ref)).toEqual({ ok: true, value: null })
    expect(await object(sku).balance(call)).toMatchObject({ onHand: 3, reserved: 0 })
    expect(await rpc.release(call, ref)).toBeUndefined()
    expect(await object(sku).balance(call)).toMatchObject({ onHand: 5, reserved: 0 })
    expect(await rpc.commit(call, ref)).toMatchObject({ refusal: { code: 'reservation_ended' } })
  })
})
