import { AMOUNT_MINOR_MAX } from '@kiosk/contracts/primitives/money'
import { ok, refuse, type Result } from '@kiosk/contracts/primitives/result'
import type { PricedVariant } from '@kiosk/contracts/rpc/catalog'

/** A line of an order with the price of the moment it was placed, in minor units. */
export interface PricedLine {
  readonly sku: string
  readonly productId: string
  readonly name: string
  readonly quantity: number
  readonly unitPriceMinor: number
  readonly discountMinor: number
  readonly taxMinor: number
  readonly totalMinor: number
}

/** total = subtotal − discount + shipping + tax, in minor units. */
export interface Totals {
  readonly subtotalMinor: number
  readonly discountMinor: number
  readonly shippingMinor: number
  readonly taxMinor: number
  readonly totalMinor: number
}

export interface PricedOrder extends Totals {
  readonly currency: string
  readonly lines: readonly PricedLine[]
}

export type PricingRefusal =
  | { readonly code: 'unknown_sku'; readonly skus: readonly string[] }
  | { readonly code: 'mixed_currencies'; readonly currencies: readonly string[] }
  | { readonly code: 'total_too_large' }

interface WantedLine {
  readonly sku: string
  readonly quantity: number
}

/** Prices what a customer wants with what the catalog says now. */
export function priceOrder(
  wanted: readonly WantedLine[],
  variants: readonly PricedVariant[],
): Result<PricedOrder, PricingRefusal> {
  const bySku = new Map(variants.map((variant) => [variant.sku, variant]))
  const unknown = wanted.map(({ sku }) => sku).filter((sku) => !bySku.has(sku))
  if (unknown.length > 0) return refuse({ code: 'unknown_sku', skus: [...new Set(unknown)] })
  const currencies = [...new Set(variants.map((variant) => variant.price.currency))]
  const [currency] = currencies
  if (currency === undefined || currencies.length > 1) {
    return refuse({ code: 'mixed_currencies', currencies })
  }
  const lines = wanted.flatMap(({ sku, quantity }) => {
    const variant = bySku.get(sku)
    return variant === undefined ? [] : [priceLine(variant, quantity)]
  })
  const subtotalMinor = lines.reduce((sum, line) => sum + line.totalMinor, 0)
  if (subtotalMinor > AMOUNT_MINOR_MAX) return refuse({ code: 'total_too_large' })
  const nothing = { discountMinor: 0, shippingMinor: 0, taxMinor: 0 }
  return ok({ currency, lines, subtotalMinor, ...nothing, totalMinor: subtotalMinor })
}

function priceLine(variant: PricedVariant, quantity: number): PricedLine {
  const unitPriceMinor = variant.price.amountMinor
  return {
    sku: variant.sku,
    productId: variant.productId,
    name: variant.name,
    quantity,
    unitPriceMinor,
    discountMinor: 0,
    taxMinor: 0,
    totalMinor: unitPriceMinor * quantity,
  }
}

/** How many units of each SKU the lines need in all: two lines may name the same one. */
export function unitsPerSku(lines: readonly WantedLine[]): WantedLine[] {
  const units = new Map<string, number>()
  for (const { sku, quantity } of lines) units.set(sku, (units.get(sku) ?? 0) + quantity)
  return [...units].map(([sku, quantity]) => ({ sku, quantity }))
}
