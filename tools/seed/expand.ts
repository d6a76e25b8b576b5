import type { Options, ProductData, Section, SeedProduct, SeedVariant, Extras } from './types.ts'

const CURRENCY = 'USD'

// A reserved domain: the address is valid and will never lead to somebody's server.
const IMAGES = 'https://images.kiosk.example'

/** Turns the short notation of a section into products with every variant spelled out. */
export function expand(section: Section): SeedProduct[] {
  return section.products.map((product) => expandProduct(section, product))
}

function expandProduct(section: Section, product: ProductData): SeedProduct {
  const slug = slugOf(product.name)
  return {
    slug,
    name: product.name,
    description: [product.about, product.detail, product.care ?? section.care].join(' '),
    category: section.slug,
    attributes: { ...section.facts, ...product.facts },
    images: [{ url: `${IMAGES}/${slug}.jpg`, alt: `${product.name}, front view` }],
    variants: combinations(product.options ?? section.options ?? {}).map((options) =>
      variantOf(section, product, options),
    ),
  }
}

function variantOf(
  section: Section,
  product: ProductData,
  options: Record<string, string>,
): SeedVariant {
  const values = Object.values(options)
  return {
    sku: [section.code, product.name.split(/[ -]/)[0] ?? '', ...values].map(skuPart).join('-'),
    options,
    price: {
      amountMinor: product.price + sumOf(product.surcharges ?? section.surcharges, values),
      currency: CURRENCY,
    },
    weightGrams: product.grams + sumOf(product.extraGrams ?? section.extraGrams, values),
  }
}

/** `{ size: [S, M], colour: [Red] }` becomes `{ size: S, colour: Red }` and `{ size: M, … }`. */
function combinations(options: Options): Record<string, string>[] {
  let rows: Record<string, string>[] = [{}]
  for (const [option, values] of Object.entries(options)) {
    rows = rows.flatMap((row) => values.map((value) => ({ ...row, [option]: value })))
  }
  return rows
}

function sumOf(extras: Extras | undefined, values: readonly string[]): number {
  return values.reduce((sum, value) => sum + (extras?.[value] ?? 0), 0)
}

function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
}

function skuPart(text: string): string {
  return text
    .toUpperCase()
    .replaceAll(' × ', 'X')
    .replaceAll(/[\s$]/g, '')
    .replaceAll(/[^A-Z0-9]+/g, '-')
}
