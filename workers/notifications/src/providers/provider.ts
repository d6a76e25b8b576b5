import type { Result } from '@kiosk/contracts/primitives/result'

export interface Email {
  /** The id of the message: a provider that keeps books takes a second one with it for the first. */
  readonly idempotencyKey: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

export interface Sms {
  readonly idempotencyKey: string
  readonly to: string
  readonly text: string
}

/** The provider will never take this message: its number does not exist, say. */
interface Refusal {
  readonly code: 'refused'
  /** Names no person: it is logged. */
  readonly detail: string
}

export type Delivery = Result<null, Refusal>

/**
 * Takes messages off our hands. What may work another time is thrown, without an address or a number in
 * the error's message: it is logged. Obeys the signal where it can.
 */
interface Provider<Message> {
  /** Whether people read their messages only here, so that even what is secret has to stay readable. */
  readonly isMailbox: boolean
  send(message: Message, signal: AbortSignal): Promise<Delivery>
}

export type EmailProvider = Provider<Email>
export type SmsProvider = Provider<Sms>

/** Null: the chosen provider lacks a setting, and messages wait until it has it. */
export interface Providers {
  readonly email: EmailProvider | null
  readonly sms: SmsProvider | null
}
