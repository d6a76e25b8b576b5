const TERMS_MAX = 16

/**
 * What people typed, as an FTS5 expression: every word (letters and digits, nothing else) quoted,
 * so that no text is an operator, and as a prefix, so that half a word finds already. All of them
 * must be there. Null when there is no word in it.
 */
export function searchExpression(text: string): string | null {
  const words = text.normalize('NFC').match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu) ?? []
  const terms = [...new Set(words.map((word) => word.toLowerCase()))].slice(0, TERMS_MAX)
  return terms.length === 0 ? null : terms.map((term) => `"${term}"*`).join(' AND ')
}
