import type { CallContext } from '@kiosk/contracts/rpc/call'
import type { InventoryRpc as Contract, ReservationRef } from '@kiosk/contracts/rpc/inventory'
import { describeError, log } from '@kiosk/kit/log'
import { serveCall } from '@kiosk/kit/rpc'
import { WorkerEntrypoint } from 'cloudflare:workers'
import { createDeps } from './deps.ts'
import type { Env } from './env.ts'
import { commit } from './operations/commit.ts'
import { extend } from './operations/extend.ts'
import { release } from './operations/release.ts'
import { reserve } from './operations/reserve.ts'
import { rememberReservation } from './store/reservations.ts'

type HeldUntil = ReservationRef & { readonly expiresAt: number }

/** What other Workers may ask of inventory. */
export class InventoryRpc extends WorkerEntrypoint<Env> implements Contract {
  readonly #deps = createDeps(this.env)

  reserve(call: CallContext, input: HeldUntil) {
    return serveCall('inventory', 'reserve', call, async () => {
      const reserved = await reserve(this.#deps, { ...input, owner: 'orders' })
      if (reserved.ok) this.ctx.waitUntil(this.#remember(input))
      return reserved
    })
  }

  extend(call: CallContext, input: HeldUntil) {
    return serveCall('inventory', 'extend', call, () => extend(this.#deps, input))
  }

  commit(call: CallContext, input: ReservationRef) {
    return serveCall('inventory', 'commit', call, () => commit(this.#deps, input, 'orders'))
  }

  release(call: CallContext, input: ReservationRef) {
    return serveCall('inventory', 'release', call, () => release(this.#deps, input, 'orders'))
  }

  /** So that staff who tries to move it by hand learns whose it is; nothing else depends on it. */
  async #remember({ reservationId: id, orderId, lines, expiresAt }: HeldUntil): Promise<void> {
    const createdAt = this.#deps.now()
    try {
      const record = { id, orderId, owner: 'orders', lines, expiresAt, createdAt } as const
      await rememberReservation(this.#deps.db, record)
    } catch (error) {
      log('warn', 'reservation not noted', { reservationId: id, error: describeError(error) })
    }
  }
}
