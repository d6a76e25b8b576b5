import type { Result } from '@kiosk/contracts/primitives/result'
import type { ChargeOutcome, RefundOutcome } from '../domain/outcome.ts'

/** A charge as its provider finds it: by our key, and by the id that the provider gave, if any. */
export interface ChargeRef {
  /** The payment's id: what makes every call about it repeatable. */
  readonly key: string
  readonly reference: string | null
}

export interface ChargeRequest extends ChargeRef {
  readonly amountMinor: number
  readonly currency: string
  /** Stands for the card. Never stored, never logged. */
  readonly token: string
}

export interface RefundRequest {
  /** The refund's id: the same key never pays back twice. */
  readonly key: string
  readonly charge: ChargeRef
  readonly amountMinor: number
  readonly currency: string
}

/** What a webhook tells, by the key of what it is about. */
export type ProviderNews =
  | { readonly about: 'charge'; readonly key: string; readonly outcome: ChargeOutcome }
  | { readonly about: 'refund'; readonly key: string; readonly outcome: RefundOutcome }

/** A webhook that the provider signed. `news` is null when it tells nothing of interest. */
export interface ProviderEvent {
  readonly id: string
  readonly news: ProviderNews | null
}

export interface WebhookRefusal {
  readonly code: 'invalid_signature' | 'validation_failed'
}

/**
 * A payment gateway. Every call may be made again with the same key and then has no second effect.
 * A call that throws or takes too long counts as unanswered: it may have happened, and
 * reconciliation finds out. One that throws `Busy` (`busyAnswer` in @kiosk/kit/overload makes it of a
 * 429 or 503) was not taken, and may be made again when it says.
 */
export interface PaymentProvider {
  charge(request: ChargeRequest): Promise<ChargeOutcome>
  /** Completes a charge that requires action; says what it is, if it does not. */
  confirm(charge: ChargeRef): Promise<ChargeOutcome>
  find(charge: ChargeRef): Promise<ChargeOutcome>
  /**
   * Sees to it that nothing will be captured under this key, even if a call that uses it is still
   * on its way; what was captured stays so and is said. `unknown` when the gateway cannot cancel
   * what it does not know.
   */
  cancel(charge: ChargeRef): Promise<ChargeOutcome>
  refund(request: RefundRequest): Promise<RefundOutcome>
  findRefund(request: RefundRequest): Promise<RefundOutcome>
  /** Checks the signature over the raw body and its age, then reads it. */
  readWebhook(headers: Headers, body: string): Promise<Result<ProviderEvent, WebhookRefusal>>
}
