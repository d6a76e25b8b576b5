import type { CreateProductRequest, UpdateProductRequest } from '@kiosk/contracts/http/catalog'
import type { ProductStatus } from '@kiosk/contracts/http/catalog-view'
import type { Money } from '@kiosk/contracts/primitives/money'
import { ok, refuse, type Result } from '@kiosk/contracts/primitives/result'

/** One thing that can be bought, with its own SKU and price. */
export interface Variant {
  readonly sku: string
  /** What staff called it, or null: then its options name it. */
  readonly name: string | null
  readonly options: Readonly<Record<string, string>>
  readonly price: Money
  readonly weightGrams: number | null
}

/** A product that is not archived, with its variants that are for sale: at least one. */
export interface Product {
  readonly id: string
  readonly slug: string
  readonly name: string
  readonly description: string
  readonly status: ProductStatus
  readonly categoryIds: readonly string[]
  readonly attributes: Readonly<Record<string, string | number | boolean>>
  readonly images: readonly { readonly url: string; readonly alt: string }[]
  readonly variants: readonly Variant[]
  readonly version: number
  /** Epoch ms. */
  readonly createdAt: number
  readonly updatedAt: number
}

interface MixedCurrencies {
  readonly code: 'mixed_currencies'
  readonly currencies: readonly string[]
}

const LABEL_LENGTH_MAX = 200
const NAME_KEY_LENGTH_MAX = 100

/** A new product, as staff asked for it. */
export function newProduct(
  request: CreateProductRequest & { slug: string },
  id: string,
  now: number,
): Result<Product, MixedCurrencies> {
  return inOneCurrency({
    id,
    slug: request.slug,
    name: request.name,
    description: request.description,
    status: request.status,
    categoryIds: [...new Set(request.categoryIds)],
    attributes: request.attributes,
    images: request.images,
    variants: request.variants.map(toVariant),
    version: 1,
    createdAt: now,
    updatedAt: now,
  })
}

/**
 * The product with the given fields changed and the next version; itself, if that changes nothing.
 */
export function editProduct(
  product: Product,
  patch: UpdateProductRequest,
  now: number,
): Result<Product, MixedCurrencies> {
  const edited: Product = {
    ...product,
    slug: patch.slug ?? product.slug,
    name: patch.name ?? product.name,
    description: patch.description ?? product.description,
    status: patch.status ?? product.status,
    categoryIds: [...new Set(patch.categoryIds ?? product.categoryIds)],
    attributes: patch.attributes ?? product.attributes,
    images: patch.images ?? product.images,
    variants: patch.variants?.map(toVariant) ?? product.variants,
  }
  if (JSON.stringify(edited) === JSON.stringify(product)) return ok(product)
  return inOneCurrency({ ...edited, version: product.version + 1, updatedAt: now })
}

function toVariant(variant: CreateProductRequest['variants'][number]): Variant {
  return {
    sku: variant.sku,
    name: variant.name ?? null,
    options: variant.options,
    price: variant.price,
    weightGrams: variant.weightGrams ?? null,
  }
}

// One price range, one price sort: a product in two currencies would have neither.
function inOneCurrency(product: Product): Result<Product, MixedCurrencies> {
  const currencies = [...new Set(product.variants.map(({ price }) => price.currency))]
  return currencies.length > 1 ? refuse({ code: 'mixed_currencies', currencies }) : ok(product)
}

/** What a variant is called: the name it was given, else its options, else the product's name. */
export function variantName(
  product: Pick<Product, 'name'>,
  variant: Pick<Variant, 'name' | 'options'>,
): string {
  const options = Object.values(variant.options).join(' / ')
  return label(variant.name ?? (options || product.name))
}

/** What the buyer reads in an order line, for example “Linen shirt – Blue / M”. */
export function lineName(productName: string, variant: string): string {
  const product = label(productName)
  return variant === product ? product : `${product} – ${variant}`
}

/**
 * A bounded text without what nobody sees in it: control characters and halves of characters take six
 * bytes of JSON each, and an event of 100 variants has to fit into a queue message (128 KB).
 */
function label(text: string): string {
  return text.slice(0, LABEL_LENGTH_MAX).replaceAll(/[\p{Cc}\p{Cs}]/gu, ' ')
}

/** The range of its prices, in minor units of its one currency. */
export function priceRange(product: Product): { min: number; max: number; currency: string } {
  const amounts = product.variants.map(({ price }) => price.amountMinor)
  return {
    min: Math.min(...amounts),
    max: Math.max(...amounts),
    currency: product.variants[0]?.price.currency ?? '',
  }
}

/** What names are sorted by: letters without case and accents, so that É stands with e. */
export function nameKey(name: string): string {
  const letters = name.normalize('NFKD').replaceAll(/\p{M}/gu, '')
  return letters.toLowerCase().slice(0, NAME_KEY_LENGTH_MAX)
}
