import type { Subscriber } from '../events/index.ts'
import type { OrderStatus, PaymentStatus as PaidStatus } from '../http/orders.ts'
import type { Invariant } from '../invariants.ts'
import type { Result } from '../primitives/result.ts'
import type { CallContext } from './call.ts'

/** Which rows an audit looks at: changed at or after `since` and not after `cutoff`, epoch ms. */
export interface AuditWindow {
  /** 0: all. */
  readonly since: number
  /** What is younger may still be on its way, and is ignored. */
  readonly cutoff: number
}

/** Where a page of an audit ended: a name and a position within it. */
export type AuditPosition = readonly [string, ...(string | number)[]]

export interface AuditRequest extends AuditWindow {
  readonly after: AuditPosition | null
  /** Rows of each kind, at most. */
  readonly limit: number
}

/** The things that a violation is about, by name: `{ orderId: 'ord_…' }`. */
export type Ids = Readonly<Record<string, string>>

/** Something that is not as it must be. `detail` is one sentence with the numbers. */
export interface Finding {
  readonly invariant: Invariant
  readonly ids: Ids
  readonly detail: string
}

/** What a page looked at, so that others can be asked whether they agree. */
export interface AuditFacts {
  readonly orders: readonly OrderFacts[]
  readonly payments: readonly PaymentFacts[]
  readonly reservations: readonly ReservationFacts[]
  readonly stock: readonly StockFacts[]
  readonly events: readonly EventFacts[]
}

/** A page of a Worker's audit: what is wrong with its own data, and what others have to agree with. */
export interface AuditPage extends AuditFacts {
  readonly findings: readonly Finding[]
  /** How many of what were checked. */
  readonly checked: Readonly<Record<string, number>>
  readonly next: AuditPosition | null
}

export interface OrderFacts {
  readonly orderId: string
  readonly status: OrderStatus
  readonly paymentStatus: PaidStatus
  readonly totalMinor: number
  readonly currency: string
  readonly reservationId: string
  /** Units per SKU. */
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[]
  readonly updatedAt: number
}

export type OrderBrief = Omit<OrderFacts, 'lines'>

export interface PaymentFacts {
  readonly paymentId: string
  readonly orderId: string
  readonly status: 'processing' | 'requires_action' | 'succeeded' | 'failed' | 'voided'
  readonly amountMinor: number
  readonly capturedMinor: number
  readonly refundedMinor: number
  readonly currency: string
  readonly updatedAt: number
}

/** One SKU's part of a reservation. */
export interface ReservationFacts {
  readonly reservationId: string
  readonly orderId: string
  readonly sku: string
  readonly quantity: number
  readonly state: 'held' | 'pinned' | 'committed' | 'expired' | 'released'
  readonly changedAt: number
}

/** Which version of a balance the catalog was told, and when. */
export interface StockFacts {
  readonly sku: string
  readonly version: number
  readonly toldAt: number
}

/** An event, and whom it is about: its effect may be found there. */
export interface AskedEvent {
  readonly eventId: string
  readonly orderId: string | null
  readonly userId: string | null
}

/** An event that was handed to the queue of a subscriber, before what is too young. */
export interface EventFacts extends AskedEvent {
  readonly type: string
  readonly destination: Subscriber
  /** When it was said, epoch ms. */
  readonly saidAt: number
}

/** An event that has not taken effect here, and what is known of it. */
export interface Undelivered {
  readonly eventId: string
  readonly failure: {
    readonly attempts: number
    readonly firstAt: number
    readonly lastAt: number
  } | null
  readonly letter: { readonly replayedAt: number | null } | null
}

/** What every Worker answers the audit. */
export interface Audited {
  page(
    call: CallContext,
    request: AuditRequest,
  ): Promise<Result<AuditPage, { readonly code: 'no_such_position' }>>
}

/** What a Worker that hears events is asked: which of some events have not taken effect there. */
interface AboutEvents {
  readonly events: readonly AskedEvent[]
}
interface OfEvents {
  readonly undelivered: readonly Undelivered[]
}

/** A version of a SKU's balance. */
export interface StockVersion {
  readonly sku: string
  readonly version: number
}

export interface CatalogAudit extends Audited {
  /** `stock`: the versions that the catalog shows; a SKU that it has never heard of is absent. */
  answer(
    call: CallContext,
    asked: AboutEvents & { readonly skus: readonly string[] },
  ): Promise<OfEvents & { readonly stock: readonly StockVersion[] }>
}

export interface InventoryAudit extends Audited {
  /** `reservations`: how they stand in the objects of their SKUs; what an object does not know is absent. */
  answer(
    call: CallContext,
    asked: AboutEvents & { readonly reservations: readonly ReservationsOfSku[] },
  ): Promise<OfEvents & { readonly reservations: readonly ReservationFacts[] }>
}

export interface ReservationsOfSku {
  readonly sku: string
  readonly reservationIds: readonly string[]
}

export interface OrdersAudit extends Audited {
  /** `orders`: those of the ids that there are. */
  answer(
    call: CallContext,
    asked: AboutEvents & { readonly orderIds: readonly string[] },
  ): Promise<OfEvents & { readonly orders: readonly OrderBrief[] }>
}

export interface PaymentsAudit extends Audited {
  /** `payments`: all payments of the orders, whatever their status. */
  answer(
    call: CallContext,
    asked: AboutEvents & { readonly orderIds: readonly string[] },
  ): Promise<OfEvents & { readonly payments: readonly PaymentFacts[] }>
}

export interface NotificationsAudit extends Audited {
  answer(call: CallContext, asked: AboutEvents): Promise<OfEvents>
}
