/** The languages that the shop writes. */
export const LANGUAGES = ['en', 'de'] as const
export type Language = (typeof LANGUAGES)[number]

/** How one person reads: the language of the text, and the locale of its dates and amounts. */
export interface Reading {
  readonly language: Language
  readonly locale: string
}

/**
 * Chooses by a language tag: German for `de` and its regions, English for all else. The region decides how
 * dates and amounts look only where the language is one we write, or a text would mix two.
 */
export function readingOf(tag: string): Reading {
  const { language, region } = parseTag(tag)
  const written = LANGUAGES.find((candidate) => candidate === language)
  if (written === undefined) return { language: 'en', locale: 'en' }
  return { language: written, locale: region === undefined ? written : `${written}-${region}` }
}

/** A tag is a person's own choice and may be one that Intl refuses. */
function parseTag(tag: string): { language?: string; region?: string | undefined } {
  try {
    const { language, region } = new Intl.Locale(tag)
    return { language, region }
  } catch {
    return {}
  }
}
