import { ok, refuse, type Result } from '@kiosk/contracts/primitives/result'
import type { CommitRefusal, ReservationLine, ReserveRefusal } from '@kiosk/contracts/rpc/inventory'
import { newId } from '@kiosk/kit/ids'
import { describeError, log } from '@kiosk/kit/log'
import type { Deps } from '../deps.ts'
import { sumBySku } from '../domain/lines.ts'
import {
  findReservation,
  forgetReservation,
  rememberReservation,
  type ReservationRecord,
} from '../store/reservations.ts'
import { commit } from './commit.ts'
import { release } from './release.ts'
import { reserve } from './reserve.ts'

type NotByHand = { readonly code: 'not_found' } | { readonly code: 'owned_by_order' }

/** Holds units for staff. */
export async function reserveByHand(
  deps: Deps,
  wish: {
    readonly orderId: string
    readonly lines: readonly ReservationLine[]
    readonly ttlSeconds: number
  },
): Promise<Result<ReservationRecord, ReserveRefusal>> {
  const now = deps.now()
  const record: ReservationRecord = {
    id: newId('reservation'),
    orderId: wish.orderId,
    owner: 'staff',
    lines: sumBySku(wish.lines),
    expiresAt: now + wish.ttlSeconds * 1000,
    createdAt: now,
  }
  // Before anything is held: without this row, staff could not release what a crash leaves behind.
  await rememberReservation(deps.db, record)
  const { expiresAt } = record
  const reserved = await reserve(deps, { ...refOf(record), expiresAt, owner: 'staff' })
  if (reserved.ok) return ok(record)
  await forgetReservation(deps.db, record.id).catch((error: unknown) => {
    log('warn', 'refused reservation not forgotten', { error: describeError(error) })
  })
  return reserved
}

export async function releaseByHand(
  deps: Deps,
  id: string,
): Promise<Result<ReservationRecord, NotByHand>> {
  const found = await findOwn(deps, id)
  if (found.ok) await release(deps, refOf(found.value), 'staff')
  return found
}

export async function commitByHand(
  deps: Deps,
  id: string,
): Promise<Result<ReservationRecord, NotByHand | CommitRefusal>> {
  const found = await findOwn(deps, id)
  if (!found.ok) return found
  const committed = await commit(deps, refOf(found.value), 'staff')
  return committed.ok ? found : committed
}

/** Orders moves its own reservations; doing it by hand would pull the stock from under an order. */
async function findOwn(deps: Deps, id: string): Promise<Result<ReservationRecord, NotByHand>> {
  const record = await findReservation(deps.db, id)
  if (record === null) return refuse({ code: 'not_found' })
  return record.owner === 'staff' ? ok(record) : refuse({ code: 'owned_by_order' })
}

function refOf({ id, orderId, lines }: ReservationRecord) {
  return { reservationId: id, orderId, lines }
}
