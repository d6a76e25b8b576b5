import type { EventData } from '@kiosk/contracts/events'
import { TEMPLATE_NAMES } from '@kiosk/contracts/http/notifications'
import { orderNumber } from '@kiosk/contracts/primitives/order-number'
import Mustache from 'mustache'
import { describe, expect, it } from 'vitest'
import { orderFacts, paymentFacts, user } from '../../test/fixtures.ts'
import { LANGUAGES } from '../domain/language.ts'
import { orderCancelled } from './order-cancelled.ts'
import { orderConfirmed } from './order-confirmed.ts'
import { orderDelivered } from './order-delivered.ts'
import { orderPlaced } from './order-placed.ts'
import { orderShipped } from './order-shipped.ts'
import { passwordReset } from './password-reset.ts'
import { paymentFailed } from './payment-failed.ts'
import { paymentRefunded } from './payment-refunded.ts'
import { paymentSucceeded } from './payment-succeeded.ts'
import { render } from './render.ts'
import { stockLow } from './stock-low.ts'
import type { Template, Texts } from './template.ts'
import { welcome } from './welcome.ts'

const shop = { name: 'Kiosk', storefrontUrl: 'https://shop.test' }
const HOSTILE = `<script>alert("1")</script> {{total}} {{{name}}} & 'x'\r\nBcc: y@z.test`

const order = orderFacts('usr_1')
const hostileOrder: typeof order = {
  ...order,
  number: HOSTILE,
  lines: order.lines.map((line) => ({ ...line, name: HOSTILE })),
  shippingAddress: { ...order.shippingAddress, line1: HOSTILE },
  tracking: { carrier: HOSTILE, number: HOSTILE },
}
const payment = paymentFacts('usr_1')
const reset = { ...user(), token: 'a+b/c=', expiresAt: '2026-11-20T12:30:00.000Z' }
const low = { sku: 'TEE', available: 2, lowStockThreshold: 5 }

/** A template with data, so that one list can hold those of all types. */
function sample<Data>(template: Template<Data>, data: Data, hostile: Data) {
  return {
    name: template.name,
    texts: template.texts,
    write: (locale: string, overrides?: Partial<Texts>) =>
      render(template, data, { name: 'Ada', locale }, shop, overrides),
    writeHostile: (locale: string) => render(template, hostile, { name: HOSTILE, locale }, shop),
  }
}

const samples = [
  sample(orderPlaced, order, hostileOrder),
  sample(orderConfirmed, order, hostileOrder),
  sample(orderShipped, order, hostileOrder),
  sample(orderDelivered, order, hostileOrder),
  sample(orderCancelled, order, hostileOrder),
  sample(paymentSucceeded, payment, payment),
  sample(paymentFailed, payment, payment),
  sample(paymentRefunded, payment, payment),
  sample(welcome, user(), user({ email: HOSTILE })),
  sample(passwordReset, reset, { ...reset, token: HOSTILE }),
  sample(stockLow, low, { ...low, sku: HOSTILE }),
]

it('every template of the contract has its texts', () => {
  expect(samples.map(({ name }) => name)).toEqual([...TEMPLATE_NAMES])
})

describe.each(samples)('$name', ({ texts, write, writeHostile }) => {
  it.each(LANGUAGES)('in %s names only what it has, and leaves no gap', (language) => {
    const { subject, text, html, sms } = write(language)
    for (const part of [subject, text, html, sms ?? 'x']) {
      expect(part).not.toMatch(/[{}]|undefined|null|NaN|\[object/)
      expect(part.trim()).not.toBe('')
    }
    expect(subject).not.toContain('\n')
    expect(text).not.toMatch(/<\w+/)
    expect(text).toContain(language === 'de' ? 'Hallo Ada,' : 'Hello Ada,')
    expect(html).toContain(`<html lang="${language}">`)
    expect((sms ?? '').length).toBeLessThan(320)
  })

  it.each(LANGUAGES)('in %s lets no input out as markup, template or header', (language) => {
    const { subject, text, html } = writeHostile(language)
    expect(html).not.toContain('<script')
    expect(html).not.toContain('"1"')
    expect(html).toContain('&lt;script&gt;')
    expect(subject).not.toMatch(/[\r\n]/)
    expect(text).not.toMatch(/^Bcc:/m)
    expect(text).toContain('{{total}} {{{name}}}')
  })

  it.each(LANGUAGES)('in %s escapes every value in HTML', (language) => {
    expect(unescapedIn(texts[language].html)).toEqual([])
  })

  it('says in both languages the same values', () => {
    const names = (language: 'en' | 'de') =>
      namesIn(Object.values(texts[language]).join(' ')).toSorted()
    expect(new Set(names('de'))).toEqual(new Set(names('en')))
    expect(texts.de.sms === null).toBe(texts.en.sms === null)
  })
})

type Span = ReturnType<typeof Mustache.parse>[number]

function spansOf(source: string): Span[] {
  const flat = (spans: readonly Span[]): Span[] =>
    spans.flatMap((span) => (Array.isArray(span[4]) ? [span, ...flat(span[4])] : [span]))
  return flat(Mustache.parse(source))
}

function unescapedIn(source: string): Span[] {
  return spansOf(source).filter(([kind]) => kind === '&')
}

function namesIn(source: string): string[] {
  return spansOf(source).flatMap(([kind, name]) => (kind === 'text' ? [] : [name]))
}

describe('details', () => {
  const reader = { name: 'Ada', locale: 'de-DE' }

  it('amounts and dates follow the reader', () => {
    const { text } = render(orderPlaced, order, reader, shop)
    expect(text).toContain('1.234,56')
    expect(text).toContain('20. November 2026')
    expect(render(orderPlaced, order, { ...reader, locale: 'en-US' }, shop).text).toContain(
      '€1,234.56',
    )
  })

  it('an SMS has none of the blanks that Intl puts into amounts', () => {
    expect(render(orderPlaced, order, reader, shop).sms).toContain('(1.234,56 €)')
  })

  it('a parcel without tracking is announced without it', () => {
    const { tracking: _, ...untracked } = order
    const { text, html, sms } = render(orderShipped, untracked, reader, shop)
    for (const part of [text, html, sms ?? '']) expect(part).not.toMatch(/Sendungsnummer|mit:/)
    expect(render(orderShipped, order, reader, shop).text).toContain('JD0123456789')
  })

  it.each(['customer', 'staff', 'expired', 'out_of_stock'] as const)(
    'a cancellation says why: %s',
    (reason) => {
      const write = (why: EventData<'order.cancelled'>['reason']) =>
        render(orderCancelled, { ...order, reason: why }, reader, shop).text
      const others = (['customer', 'staff', 'expired', 'out_of_stock'] as const)
        .filter((other) => other !== reason)
        .map(write)
      expect(others).not.toContain(write(reason))
    },
  )

  it('a payment names the order by its number', () => {
    const { subject } = render(paymentSucceeded, payment, reader, shop)
    expect(subject).toContain(orderNumber(payment.orderId))
  })

  it('a refund of everything does not count up', () => {
    const full = { ...payment, fully: true }
    expect(render(paymentRefunded, full, reader, shop).text).not.toContain('Damit sind')
    expect(render(paymentRefunded, payment, reader, shop).text).toContain('Damit sind 20,00')
  })

  it('the staff’s reason of a refund is not told', () => {
    const { text, html, sms } = render(paymentRefunded, payment, reader, shop)
    expect(text + html + sms).not.toContain('a note of the staff')
  })

  it('the reset link carries the token, safe in a URL', () => {
    const { text, sms } = render(passwordReset, reset, reader, shop)
    const link = 'https://shop.test/reset-password?token=a%2Bb%2Fc%3D'
    expect(text).toContain(link)
    expect(sms).toContain(link)
  })

  it('an override replaces its part only, and one that names nothing known is an error', () => {
    const own = render(welcome, user(), reader, shop, { subject: 'Servus, {{name}}' })
    expect(own.subject).toBe('Servus, Ada')
    expect(own.text).toContain('Ihr Konto')
    expect(() => render(welcome, user(), reader, shop, { text: '{{nothing}}' })).toThrow('nothing')
    expect(() => render(welcome, user(), reader, shop, { text: '{{> nothing}}' })).toThrow(
      'nothing',
    )
  })
})
