import type { Money } from '../primitives/money.ts'
import type { CallContext } from './call.ts'

/** A variant that is for sale now, with the price that the server decides. */
export interface PricedVariant {
  readonly sku: string
  readonly productId: string
  /** What the buyer reads in the order line: product and variant name. */
  readonly name: string
  readonly price: Money
}

/** What catalog answers other Workers. */
export interface CatalogRpc {
  /** Prices variants. A SKU that is unknown, archived or unpublished is absent from the answer. */
  priceVariants(call: CallContext, skus: readonly string[]): Promise<PricedVariant[]>
}
