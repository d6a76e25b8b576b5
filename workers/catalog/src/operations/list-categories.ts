import type { CategoryNode } from '@kiosk/contracts/http/categories'
import { describeError, log } from '@kiosk/kit/log'
import type { Deps } from '../deps.ts'
import { treeOf } from '../domain/category.ts'
import { loadCategories, loadCategoryStamp } from '../store/category-store.ts'

const KEEP_SECONDS = 24 * 60 * 60

/**
 * The category tree. It is cached under the stamp of the state it shows, which no other state ever
 * has: what is found in the cache is never out of date, however late KV spreads a write.
 */
export async function listCategories({ db, cache }: Deps): Promise<CategoryNode[]> {
  const cached = await cache
    .get<CategoryNode[]>(keyOf(await loadCategoryStamp(db)), 'json')
    .catch(withoutCache)
  if (cached !== null) return cached
  const { stamp, categories } = await loadCategories(db)
  const tree = treeOf(categories)
  await cache
    .put(keyOf(stamp), JSON.stringify(tree), { expirationTtl: KEEP_SECONDS })
    .catch(withoutCache)
  return tree
}

function keyOf(stamp: string): string {
  return `category-tree:${stamp}`
}

function withoutCache(error: unknown): null {
  log('warn', 'cache failed', { error: describeError(error) })
  return null
}
