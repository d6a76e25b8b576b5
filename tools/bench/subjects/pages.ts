import { broadSearches, productOf, searches, shuffled } from '../catalogue.ts'
import { load } from '../load.ts'
import type { Subject } from '../result.ts'
import type { RunningShop } from '../running-shop.ts'
import type { Yardstick } from '../yardsticks.ts'

/** As many connections as the figures of other shops were measured with. */
export const CONNECTIONS = 16
/** How many different products and searches are asked for. */
export const DIFFERENT = 100

/** The pages that visitors look at, asked for without an account: answered before, and never before. */
export function pageSubjects(
  shop: RunningShop,
  products: number,
  seconds: number,
  suffix = '',
): Subject[] {
  return Object.entries(pagesOf(products)).flatMap(([name, questions]) =>
    [false, true].map((isAnew) => ({
      name: `${name}${isAnew ? ', read anew' : ''}${suffix}`,
      part: 'pages' as const,
      measure: () => load({ ...under(shop, seconds), url: shop.url, questions, isAnew }),
    })),
  )
}

/** What is asked for to see each page of a shop of so many products. */
export function pagesOf(products: number) {
  const slugs = shuffled(products).map((n) => productOf(n).slug)
  const found = (queries: readonly string[]) =>
    [...new Set(queries)].map((query) => `/v1/products?q=${encodeURIComponent(query)}&limit=20`)
  return {
    list: ['/v1/products?limit=20'],
    detail: slugs.slice(0, DIFFERENT).map((slug) => `/v1/products/${slug}`),
    search: found(searches(products, DIFFERENT)),
    'search, one word': found(broadSearches(DIFFERENT)),
  }
}

/** What the pages are held against. */
export function helloSubjects(shop: RunningShop, seconds: number): Subject[] {
  const names = ['hello', 'hello-bound', 'hello-behind-kiosk'] satisfies Yardstick[]
  return names.map((name) => ({
    name,
    part: 'pages',
    measure: () =>
      load({
        ...under(shop, seconds),
        url: shop.yardstick(name),
        questions: ['/v1/products?limit=20'],
      }),
  }))
}

function under({ runtime }: RunningShop, seconds: number) {
  return { connections: CONNECTIONS, seconds, runtime }
}
