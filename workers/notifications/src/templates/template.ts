import type { TemplateName } from '@kiosk/contracts/http/notifications'
import type { Topic } from '../domain/addressing.ts'
import type { Format } from '../domain/format.ts'
import type { Language } from '../domain/language.ts'

/** What the texts of a template may name. Everything is text by then, and one line each. */
export interface Values {
  readonly [name: string]: string | null | readonly string[] | readonly Values[]
}

/** One language of a template, in mustache. Greeting and signature come from the layout. */
export interface Texts {
  readonly subject: string
  readonly text: string
  /** Paragraphs for the inside of the HTML layout. */
  readonly html: string
  /** Null: this message is never sent as an SMS. */
  readonly sms: string | null
}

/** A message that the shop sends: what it is about, what it says. `Data` is the payload of its event. */
export interface Template<Data> {
  readonly name: TemplateName
  readonly topic: Topic
  values(data: Data, format: Format): Values
  readonly texts: Readonly<Record<Language, Texts>>
}
