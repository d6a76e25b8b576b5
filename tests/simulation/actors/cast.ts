import type { Shop } from '../shop/shop.ts'
import type { Book } from './book.ts'

/** What an act of somebody works with. */
export interface Scene {
  readonly shop: Shop
  readonly book: Book
}

/** Somebody does something. Returns as soon as it is begun. */
export type Act = (scene: Scene) => void

/** A row that a query finds, or undefined when there is none: people choose among what there is. */
export function choose(
  { shop }: Scene,
  worker: 'orders' | 'payments',
  table: string,
  where: string,
): Record<string, string | number | null> | undefined {
  const rows = shop.d1[worker].sqlite.peek<Record<string, string | number | null>>(
    `SELECT * FROM ${table} WHERE ${where} ORDER BY id DESC LIMIT 12`,
  )
  return shop.platform.random.pick(rows)
}
