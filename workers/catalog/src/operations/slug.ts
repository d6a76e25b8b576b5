import slugify from '@sindresorhus/slugify'

const SLUG_LENGTH_MAX = 80
const SUFFIX_LENGTH = 6

/**
 * Slugs to try for something in this order: the one that was asked for and no other; or what its
 * name makes, and should that be taken, the same with the end of its id.
 */
export function slugCandidates(
  requested: string | undefined,
  name: string,
  id: string,
): [string, ...string[]] {
  if (requested !== undefined) return [requested]
  const kind = id.startsWith('cat_') ? 'category' : 'product'
  const words = slugify(name, { decamelize: false }).slice(0, SLUG_LENGTH_MAX)
  const base = words.replace(/-+$/, '') || kind
  return [base, `${base}-${id.slice(-SUFFIX_LENGTH).toLowerCase()}`]
}
