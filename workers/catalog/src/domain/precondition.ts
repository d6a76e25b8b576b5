/**
 * Whether an `If-Match` header allows a change to this version. Anything that is not this version's
 * tag, nonsense included, does not. A tag may arrive weak: proxies weaken it when they compress.
 */
export function allowsChange(ifMatch: string | undefined, version: number): boolean {
  if (ifMatch === undefined) return true
  const tags = ifMatch.split(',').map((tag) => tag.trim())
  return tags.includes('*') || tags.some((tag) => tag.replace(/^W\//, '') === versionTag(version))
}

/** The ETag of a version. */
export function versionTag(version: number): string {
  return `"${version}"`
}
