import { ProductView } from '@kiosk/contracts/http/catalog'
import pMap from 'p-map'
import { isRefusal, type Gateway } from '../gateway.ts'
import { seedAccounts } from './accounts.ts'
import { seedCategories } from './categories.ts'
import { seedProduct } from './products.ts'
import { LAST_SLUG, PRODUCTS } from './shop.ts'

const CONCURRENCY = 8

/** Whether the last product of the seed shows stock, which is also what readiness waits for. */
export async function isSeeded(gateway: Gateway): Promise<boolean> {
  try {
    const product = await gateway.get(`/v1/products/${LAST_SLUG}`, ProductView)
    return product.variants.every((variant) => variant.stock.available > 0)
  } catch (error) {
    if (isRefusal(error, 'not_found')) return false
    throw error
  }
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
