import pMap from 'p-map'
import type { Gateway } from '../gateway.ts'
import { seedAccounts } from './accounts.ts'
import { seedCategories } from './categories.ts'
import { seedProduct } from './products.ts'
import { LAST_SLUG, PRODUCTS } from './shop.ts'

const CONCURRENCY = 8

interface Readiness {
  readonly services?: { readonly catalog?: { readonly checks?: { readonly seeded?: boolean } } }
}

/** Asks what readiness waits for: whether the last product of the seed ever had stock. */
export async function isSeeded(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/readyz`)
  const { services } = (await answer.json()) as Readiness
  return services?.catalog?.checks?.seeded === true
}

/**
 * Fills an empty shop through its public API and returns how many products it has. What already
 * exists is left as it is, so a seed that was interrupted is continued by running it again.
 */
export async function seed(
  gateway: Gateway,
  admin: Gateway,
  report: (done: number, total: number) => void,
): Promise<number> {
  await seedAccounts(gateway, admin)
  const categoryIds = await seedCategories(admin)

  const total = PRODUCTS.length
  let done = 0
  await pMap(
    PRODUCTS.filter((product) => product.slug !== LAST_SLUG),
    async (product) => {
      await seedProduct(admin, product, categoryIds)
      done += 1
      report(done, total)
    },
    { concurrency: CONCURRENCY },
  )

  // Readiness waits for this one: it may appear only when everything else is there.
  for (const product of PRODUCTS.filter(({ slug }) => slug === LAST_SLUG)) {
    await seedProduct(admin, product, categoryIds)
    report(total, total)
  }
  return total
}
