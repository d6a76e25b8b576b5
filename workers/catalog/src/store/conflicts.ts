import { isUniqueViolation } from '@kiosk/kit/commit'

/**
 * What a change ran into: a slug or SKU that another has, or a reference to a category that is not
 * there (or, when that is deleted, that still is).
 */
export type Conflict = 'slug_taken' | 'sku_taken' | 'broken_reference'

/** What a failed batch ran into, or null when no client can have caused it. */
export function conflictOf(error: unknown): Conflict | null {
  if (isUniqueViolation(error, '.slug')) return 'slug_taken'
  const message = error instanceof Error ? `${error.message} ${String(error.cause)}` : ''
  // How a SKU of another product shows: see replaceVariants.
  if (message.includes('NOT NULL constraint failed: variants.product_seq')) return 'sku_taken'
  return message.includes('FOREIGN KEY constraint failed') ? 'broken_reference' : null
}
