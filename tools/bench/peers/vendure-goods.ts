import type { BenchProduct } from '../catalogue.ts'
import { PLENTY } from '../seed.ts'

/** The goods in the form that Vendure's importer reads. */
export function csvOf(goods: readonly BenchProduct[]): string {
  const rows = goods.map(({ sku, slug, name, description, category, priceMinor }) => ({
    name,
    slug,
    description,
    assets: '',
    facets: `category:${category}`,
    optionGroups: '',
    optionValues: '',
    sku,
    price: String(priceMinor / 100),
    taxCategory: 'standard',
    stockOnHand: String(PLENTY),
    trackInventory: 'true',
    variantAssets: '',
    variantFacets: '',
  }))
  const lines = [Object.keys(rows[0] ?? {}), ...rows.map((row) => Object.values(row))]
  return lines.map((cells) => `${cells.map(quoted).join(',')}\n`).join('')
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}
