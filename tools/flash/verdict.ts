import type { Books, SkuRow } from '../own-shop/books.ts'
import { abandonedUnits, judge, type Deal } from '../own-shop/judge.ts'
import type { Buyer } from './buyer.ts'
import type { Sale } from './options.ts'

/** Whether a sale was what it must be. Every sentence names something that is off. */
export function judgeSale(
  sale: Sale,
  skus: readonly string[],
  buyers: readonly Buyer[],
  books: Books,
): string[] {
  const ends = Map.groupBy(buyers, ({ end }) => end)
  const confirmed = ends.get('confirmed') ?? []
  const strange = [...ends].filter(([end]) => end !== 'confirmed' && end !== 'sold out')
  const stock = books.skus.filter(({ sku }) => skus.includes(sku))
  return [
    ...strange.map(([end, some]) => `${some.length} buyers ended with: ${end}`),
    ...judgeCount(sale, confirmed.length),
    ...stock.flatMap((row) => judgeUnits(sale, row, confirmed)),
    ...wronglyRefused(ends.get('sold out') ?? [], stock),
  ]
}

/** Whether the books of the whole shop agree with what the buyers of all sales were told. */
export function judgeBooks(books: Books, buyers: readonly Buyer[]): string[] {
  const deals = buyers.flatMap(({ deal }): Deal[] => (deal === undefined ? [] : [deal]))
  const abandoned = abandonedUnits(books)
  return [
    ...judge(books, deals),
    ...(abandoned === 0 ? [] : [`${abandoned} units are set aside for orders that do not exist`]),
  ]
}

/** Where every order needs one of each SKU, exactly as many are confirmed as there are. */
function judgeCount({ buyers, units, lines, skus }: Sale, confirmed: number): string[] {
  if (lines !== skus) return []
  const expected = Math.min(units, buyers)
  return confirmed === expected ? [] : [`${confirmed} orders are confirmed, not ${expected}`]
}

function judgeUnits({ units }: Sale, row: SkuRow, confirmed: readonly Buyer[]): string[] {
  const { sku, onHand, reserved } = row
  const sold = confirmed.filter(({ lines }) => lines.some((line) => line.sku === sku)).length
  return [
    ...(sold > units ? [`${sold} of ${units} ${sku} were sold`] : []),
    ...(onHand === units - sold ? [] : [`${sku} has ${onHand} after ${sold} of ${units} sold`]),
    ...(reserved === 0 ? [] : [`${sku} still has ${reserved} reserved`]),
  ]
}

/** Nothing came back into stock, so who was turned away must lack something to the end. */
function wronglyRefused(refused: readonly Buyer[], stock: readonly SkuRow[]): string[] {
  const left = new Map(stock.map(({ sku, onHand }) => [sku, onHand]))
  const wronged = refused.filter(({ lines }) =>
    lines.every(({ sku, quantity }) => (left.get(sku) ?? 0) >= quantity),
  )
  return wronged.length === 0
    ? []
    : [`${wronged.length} buyers were told that it is sold out, of what is left to the end`]
}

/** The time within which a share of the orders was answered, ms. */
export function percentile(buyers: readonly Buyer[], share: number): number {
  const sorted = buyers.map(({ orderMs }) => orderMs).toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
}
