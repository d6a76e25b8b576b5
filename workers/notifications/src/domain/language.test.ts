import { expect, it } from 'vitest'
import { createFormat, oneLine } from './format.ts'
import { readingOf } from './language.ts'

it.each([
  ['en', 'en', 'en'],
  ['en-GB', 'en', 'en-GB'],
  ['de', 'de', 'de'],
  ['de-AT', 'de', 'de-AT'],
  ['de-Latn-CH', 'de', 'de-CH'],
  ['fr-FR', 'en', 'en'],
  ['den', 'en', 'en'],
  ['en-u-nu-arab', 'en', 'en'],
  ['en-12', 'en', 'en'],
  ['xx-aa-aa-aa', 'en', 'en'],
  ['', 'en', 'en'],
])('a reader of %j gets %s, with dates and amounts of %s', (tag, language, locale) => {
  expect(readingOf(tag)).toEqual({ language, locale })
})

it('amounts and moments are written as the reader writes them', () => {
  const en = createFormat({ language: 'en', locale: 'en' }, 'https://shop.test/')
  const de = createFormat({ language: 'de', locale: 'de' }, 'https://shop.test')
  const amount = { amountMinor: 123_456, currency: 'EUR' }
  expect(en.money(amount)).toBe('€1,234.56')
  expect(de.money(amount)).toBe('1.234,56\u00a0€')
  expect(en.moment('2026-11-20T12:30:00.000Z')).toMatch(/^November 20, 2026 at 12:30\sPM UTC$/)
  expect(de.moment('2026-11-20T12:30:00.000Z')).toBe('20. November 2026 um 12:30 UTC')
  expect([en.link('/orders/1'), de.link('/')]).toEqual([
    'https://shop.test/orders/1',
    'https://shop.test/',
  ])
})

it('text from outside stays on one line and bounded', () => {
  expect(oneLine(' Ada\r\nBcc: x@y.test\u2028\0 ')).toBe('Ada Bcc: x@y.test')
  expect(oneLine('x'.repeat(10_000))).toHaveLength(500)
  expect(oneLine('\ud800').isWellFormed()).toBe(true)
})
