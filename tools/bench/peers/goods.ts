import { type BenchProduct, productOf, searches, shuffled } from '../catalogue.ts'
import { DIFFERENT } from '../subjects/pages.ts'

/** The goods of a peer are those of Kiosk's own benchmark. */
export function goods(count: number): BenchProduct[] {
  return Array.from({ length: count }, (_, n) => productOf(n))
}

/** The pages that are looked at, in the order in which they are. */
export function asked(count: number) {
  return {
    slugs: shuffled(count)
      .slice(0, DIFFERENT)
      .map((n) => productOf(n).slug),
    words: [...new Set(searches(count, DIFFERENT))],
  }
}

/** One after the other, again and again, in an order without a pattern. */
export function inTurns(count: number): () => string {
  const skus = shuffled(count).map((n) => productOf(n).sku)
  let sold = 0
  return () => skus[sold++ % skus.length] ?? ''
}

/** How many different products are in an answer, whatever its form. */
export function productsIn(answer: unknown): number {
  return new Set(JSON.stringify(answer ?? null).match(/BENCH-\d+/g)).size
}
