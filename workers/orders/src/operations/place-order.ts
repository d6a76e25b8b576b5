import type { OrderView, PlaceOrderRequest } from '@kiosk/contracts/http/orders'
import { isUniqueViolation } from '@kiosk/kit/commit'
import { callContext } from '@kiosk/kit/context'
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
import { insertOrder, loadOrder } from '../store/order-store.ts'
import { viewOrder } from '../view.ts'
import { eventsOf } from './order-events.ts'

interface PlaceOrder {
  readonly customerId: string
  readonly idempotencyKey: string
  readonly request: PlaceOrderRequest
}

/**
 * Places an order: claim the key, price, reserve, write. A crash at any point leaves either the whole order
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
  return once(deps.db, claimed, async (claim) => {
    const finished = claim.isTakenOver ? await loadOrder(deps.db, claim.resourceId) : null
    return viewOrder(finished ?? (await makeOrder(deps, claim, customerId, request)))
  })
}

async function makeOrder(
  deps: Deps,
  claim: Claim,
  customerId: string,
  request: PlaceOrderRequest,
): Promise<Order> {
  const priced = await price(deps, request)
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
      const { shortages } = reserved.refusal
      const skus = shortages.map(({ sku }) => sku).join(', ')
      throw new ProblemError('insufficient_stock', `Not enough stock of ${skus}`, { shortages })
    }
    throw new Error(`reservation ${order.reservationId} was refused though it is new`)
  }
  const entry = { type: 'order.placed', data: { reservationId: order.reservationId } }
  try {
    await deps.commit(
      [...insertOrder(deps.db, order, entry, customerId), claim.answered(viewOrder(order))],
      eventsOf(order, entry),
    )
    return order
  } catch (error) {
    if (!isUniqueViolation(error, 'orders.id')) throw error
    // Another attempt took this key over and finished first: its order stands, our hold does not.
    await deps.inventory.release(callContext(), hold)
    const winner = await loadOrder(deps.db, order.id)
    if (winner === null) throw error
    return winner
  }
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
    // Fresh for every attempt, because a released one can never be taken again.
    reservationId: deps.newId('reservation'),
    expiresAt: now + deps.config.ORDER_HOLD_MS,
    paymentId: null,
    paymentVersion: 0,
    refundedMinor: 0,
    tracking: null,
    cancelReason: null,
    version: 1,
    createdAt: now,
    updatedAt: now,
  }
}
