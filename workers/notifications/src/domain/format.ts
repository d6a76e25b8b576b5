import { formatMoney, type Money } from '@kiosk/contracts/primitives/money'
import type { Reading } from './language.ts'

/** What a template's values are written with. */
export interface Format extends Reading {
  money(value: Money): string
  /** A moment, in UTC: we do not know where the reader is. */
  moment(instant: string): string
  count(value: number): string
  /** An absolute address in the storefront. */
  link(path: string): string
}

export function createFormat(reading: Reading, storefrontUrl: string): Format {
  const { locale } = reading
  return {
    ...reading,
    money: (value) => formatMoney(value, locale),
    moment: (instant) => {
      const style = { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' } as const
      return `${new Intl.DateTimeFormat(locale, style).format(new Date(instant))} UTC`
    },
    count: (value) => new Intl.NumberFormat(locale).format(value),
    link: (path) => storefrontUrl.replace(/\/+$/, '') + path,
  }
}

const LINE_LENGTH_MAX = 500

/**
 * Text from outside as one harmless line: a line break in a name could fake a paragraph of ours or, in a
 * subject, a header.
 */
export function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, LINE_LENGTH_MAX)
    .toWellFormed()
}
