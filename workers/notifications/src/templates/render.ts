import Mustache from 'mustache'
import { createFormat, oneLine } from '../domain/format.ts'
import { readingOf } from '../domain/language.ts'
import { HTML_PARTIALS, htmlLayout, TEXT_LAYOUT, TEXT_PARTIALS } from './layout.ts'
import type { Template, Texts, Values } from './template.ts'

export interface Shop {
  readonly name: string
  readonly storefrontUrl: string
}

/** A message as it is sent. */
export interface Rendered {
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly sms: string | null
}

/** Twilio takes no longer ones. */
const SMS_LENGTH_MAX = 1600

/**
 * Writes a message for one reader. Pure: the same input gives the same text. In HTML every value is escaped.
 * @throws Error when a text names a value that the template does not have; only an override can.
 */
export function render<Data>(
  template: Template<Data>,
  data: Data,
  reader: { readonly name: string; readonly locale: string },
  shop: Shop,
  overrides: Partial<Texts> = {},
): Rendered {
  const reading = readingOf(reader.locale)
  const texts: Texts = { ...template.texts[reading.language], ...overrides }
  const format = createFormat(reading, shop.storefrontUrl)
  const values = cleaned({
    ...template.values(data, format),
    name: reader.name,
    shop: shop.name,
  })
  const subject = oneLine(renderText(texts.subject, values))
  const text = renderText(TEXT_LAYOUT[reading.language], {
    ...values,
    body: renderText(texts.text, values).trim(),
  })
  const html = renderHtml(htmlLayout(reading.language), {
    ...values,
    subject,
    body: renderHtml(texts.html, values).trim(),
  })
  return { subject, text, html, sms: texts.sms && renderSms(texts.sms, values) }
}

/** In a plain alphabet where it can be: one character outside of it makes an SMS twice as long. */
function renderSms(source: string, values: Values): string {
  return oneLine(renderText(source, values))
    .replace(/\p{Zs}/gu, ' ')
    .slice(0, SMS_LENGTH_MAX)
}

function renderText(source: string, values: Values): string {
  const asItIs = { escape: (value: unknown) => String(value) }
  return Mustache.render(source, new StrictContext(values), partial(TEXT_PARTIALS), asItIs)
}

function renderHtml(source: string, values: Values): string {
  return Mustache.render(source, new StrictContext(values), partial(HTML_PARTIALS))
}

function partial(partials: Readonly<Record<string, string>>): (name: string) => string {
  return (name) => {
    const source = partials[name]
    if (source === undefined) throw new Error(`there is no partial ${name}`)
    return source
  }
}

/** Mustache writes nothing for a name that it does not know; a message with a hole must not leave. */
class StrictContext extends Mustache.Context {
  override push(view: unknown): StrictContext {
    return new StrictContext(view, this)
  }

  override lookup(name: string): unknown {
    const value: unknown = super.lookup(name)
    if (value === undefined) throw new Error(`the template has no value ${name}`)
    return value
  }
}

function cleaned(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, cleanedValue(value)]),
  )
}

function cleanedValue(value: Values[string]): Values[string] {
  if (value === null) return null
  if (typeof value === 'string') return oneLine(value)
  return value.map((item) => (typeof item === 'string' ? oneLine(item) : cleaned(item))) as
    | string[]
    | Values[]
}
