import type { OrderView, PlaceOrderRequest } from '@kiosk/contracts/http/orders'
import { ID_PREFIXES } from '@kiosk/contracts/primitives/id'
import { guard } from '@kiosk/kit/commit'
import { callContext } from '@kiosk/kit/context'
import { early } from '@kiosk/kit/early'
import { once, type Claim } from '@kiosk/kit/idempotency'
import { ProblemError } from '@kiosk/kit/problem'
import type { Deps } from '../deps.ts'
import type { Order } from '../domain/order.ts'
import {
  priceOrder,
  unitsPerSku,
  type PricedOrder,
  type PricingRefusal,
} from '../domain/pricing.ts'
import { unlessLapsed } from '../store/hold-store.ts'
import { insertOrder, loadOrder } from '../store/order-store.ts'
import { viewOrder } from '../view.ts'
import { eventsOf } from './order-events.ts'

interface PlaceOrder {
  readonly customerId: string
  readonly idempotencyKey: string
  readonly request: PlaceOrderRequest
}

/**
 * Places an order: claim the key and price, reserve, write. A crash at any point leaves either the whole order
 * or nothing but a reservation that expires; the same key then finishes the work.
 */
export function placeOrder(
  deps: Deps,
  { customerId, idempotencyKey, request }: PlaceOrder,
): Promise<{ answer: OrderView; replayed: boolean }> {
  const claimed = {
    route: 'POST /v1/orders',
    customerId,
    key: idempotencyKey,
    body: request,
    leaseMs: deps.config.CLAIM_LEASE_MS,
    newResourceId: () => deps.newId('order'),
  }
  const prices = early(price(deps, request))
  return once(deps.db, claimed, async (claim) => {
    const finished = claim.isTakenOver ? await loadOrder(deps.db, claim.resourceId) : null
    return viewOrder(finished ?? (await makeOrder(deps, claim, customerId, request, await prices)))
  })
}

async function makeOrder(
  deps: Deps,
  claim: Claim,
  customerId: string,
  request: PlaceOrderRequest,
  priced: PricedOrder,
): Promise<Order> {
  const order = draftOrder(deps, claim.resourceId, customerId, request, priced)
  const hold = {
    orderId: order.id,
    reservationId: order.reservationId,
    lines: unitsPerSku(request.lines),
  }
  const reserved = await deps.inventory.reserve(callContext(), {
    ...hold,
    expiresAt: order.expiresAt,
  })
  if (!reserved.ok) {
    if (reserved.refusal.code === 'insufficient_stock') {
      // What a crashed attempt got of the lines would else be held until its deadline, for nobody.
      if (claim.isTakenOver) await deps.inventory.release(callContext(), hold)
      const { shortages } = reserved.refusal
      const skus = shortages.map(({ sku }) => sku).join(', ')
      throw new ProblemError('insufficient_stock', `Not enough stock of ${skus}`, { shortages })
    }
    throw takenOver()
  }
  const entry = { type: 'order.placed', data: { reservationId: order.reservationId } }
  const outcome = await deps.commit(
    [
      claim.answered(viewOrder(order)),
      guard(deps.db),
      unlessLapsed(deps.db, order.reservationId, order.createdAt),
      insertOrder(deps.db, order, entry, { actor: customerId }),
    ],
    eventsOf(order, entry),
  )
  if (outcome === 'committed') return order
  // Another attempt has taken this key over. If it has finished, its order stands, and has the same hold.
  const winner = await loadOrder(deps.db, order.id)
  if (winner === null) throw takenOver()
  return winner
}

function takenOver(): ProblemError {
  return new ProblemError('unavailable', 'The request took too long: ask again with the same key')
}

async function price(deps: Deps, { lines }: PlaceOrderRequest): Promise<PricedOrder> {
  const skus = [...new Set(lines.map(({ sku }) => sku))]
  const priced = priceOrder(lines, await deps.catalog.priceVariants(callContext(), skus))
  if (!priced.ok) throw toProblem(priced.refusal)
  return priced.value
}

function toProblem(refusal: PricingRefusal): ProblemError {
  switch (refusal.code) {
    case 'unknown_sku':
      return new ProblemError('unknown_sku', `Not for sale: ${refusal.skus.join(', ')}`, {
        errors: refusal.skus.map((sku) => ({ path: 'lines', message: `${sku} is not for sale` })),
      })
    case 'mixed_currencies':
      return new ProblemError(
        'mixed_currencies',
        `The lines are priced in ${refusal.currencies.join(' and ')}`,
      )
    case 'total_too_large':
      return new ProblemError('validation_failed', 'The total is more than an order can have', {
        errors: [{ path: 'lines', message: 'the total is too large' }],
      })
  }
}

/**
 * The same for every attempt under a key: who takes it over finds the units that a crashed attempt holds,
 * where with a reservation of its own it would lose the last ones to them.
 */
function reservationOf(orderId: string): string {
  return orderId.replace(ID_PREFIXES.order, ID_PREFIXES.reservation)
}

function draftOrder(
  deps: Deps,
  id: string,
  customerId: string,
  { shippingAddress }: PlaceOrderRequest,
  priced: PricedOrder,
): Order {
  const now = deps.now()
  return {
    ...priced,
    id,
    customerId,
    status: 'pending',
    paymentStatus: 'unpaid',
    shippingAddress,
    reservationId: reservationOf(id),
    expiresAt: now + deps.config.ORDER_HOLD_MS,
    paymentId: null,
    paymentVersion: 0,
    refundedMinor: 0,
    tracking: null,
    cancelReason: null,
    version: 1,
    timeline: [],
    createdAt: now,
    updatedAt: now,
  }
}
