import type { ReservationRef } from '@kiosk/contracts/rpc/inventory'
import { newId } from '@kiosk/kit/ids'
import type { Deps } from '../src/deps.ts'
import { reserve } from '../src/operations/reserve.ts'
import { call, object, query, testDeps } from './world.ts'

type Wish = Readonly<Record<string, number>>

/** An order of several SKUs. */
export function refOf(wish: Wish, reservationId = newId('reservation')): ReservationRef {
  const lines = Object.entries(wish).map(([sku, quantity]) => ({ sku, quantity }))
  return { orderId: newId('order'), reservationId, lines }
}

export const inAMinute = () => Date.now() + 60_000

export function hold(ref: ReservationRef, deps = testDeps) {
  return reserve(deps, { ...ref, expiresAt: inAMinute(), owner: 'orders' })
}

/** On hand and reserved, of the SKU as a whole. */
export async function countsOf(sku: string) {
  const stock = await object(sku).balance(call)
  return [stock?.onHand, stock?.reserved]
}

/** Of the reservations of a SKU. */
export async function statesOf(sku: string) {
  const rows = await query<{ state: string }>(sku, 'SELECT state FROM reservations')
  return rows.map(({ state }) => state)
}

/** The objects as they are, but for a call that goes wrong. */
export function depsWith(
  disturb: (sku: string, method: string) => void | Promise<void>,
  change: Partial<Deps> = {},
): Deps {
  const getByName = (sku: string) =>
    new Proxy(object(sku), {
      get(stub, method) {
        return async (...args: unknown[]) => {
          await disturb(sku, String(method))
          const member: unknown = Reflect.get(stub, method)
          return (member as (...args: unknown[]) => unknown)(...args)
        }
      },
    })
  return { ...testDeps, stock: { getByName } as unknown as Deps['stock'], ...change }
}
