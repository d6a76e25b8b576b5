import { ok } from '@kiosk/contracts/primitives/result'
import { Busy } from '@kiosk/kit/overload'
import type { ChargeOutcome, RefundOutcome } from '../src/domain/outcome.ts'
import type { PaymentProvider, ProviderNews } from '../src/providers/provider.ts'

type CallName = 'charge' | 'confirm' | 'find' | 'cancel' | 'refund' | 'findRefund'
type Fault = 'down' | 'lost' | 'busy'

const ANSWERS: Readonly<Record<string, ChargeOutcome>> = {
  tok_ok: { status: 'succeeded' },
  tok_3ds: { status: 'requires_action' },
  tok_declined: { status: 'declined', failureCode: 'card_declined' },
}

/**
 * A provider in memory whose every call can be made to fail, or to have something happen meanwhile.
 */
export class Bank implements PaymentProvider {
  readonly charges = new Map<string, ChargeOutcome>()
  readonly refunds = new Map<string, RefundOutcome>()
  readonly calls: string[] = []
  /**
   * `down`: the call never arrives. `lost`: it takes effect, and its answer never arrives. `busy`: it is
   * not taken, and wanted later.
   */
  readonly faults = new Map<CallName, Fault>()
  /** Runs after a call took effect and before its answer arrives. */
  readonly meanwhile = new Map<CallName, () => Promise<unknown>>()
  /** How long it wants to be left alone when it is busy. */
  busySeconds = 20
  /** Says no to new refunds. */
  refusesRefunds = false
  /** Cannot cancel what it does not know, as some gateways. */
  cancelsUnknown = true

  /** How often money was taken. */
  captures(): number {
    return [...this.charges.values()].filter(({ status }) => status === 'succeeded').length
  }

  charge({ key, token }: { key: string; token: string }): Promise<ChargeOutcome> {
    return this.#call('charge', key, () => {
      const outcome = this.charges.get(key) ?? ANSWERS[token] ?? { status: 'pending' }
      this.charges.set(key, outcome)
      return outcome
    })
  }

  confirm({ key }: { key: string }): Promise<ChargeOutcome> {
    return this.#call('confirm', key, () => this.#move(key, { status: 'succeeded' }))
  }

  find({ key }: { key: string }): Promise<ChargeOutcome> {
    return this.#call('find', key, () => this.#found(key))
  }

  cancel({ key }: { key: string }): Promise<ChargeOutcome> {
    return this.#call('cancel', key, () => {
      if (!this.charges.has(key) && this.cancelsUnknown) {
        this.charges.set(key, { status: 'cancelled' })
      }
      return this.#move(key, { status: 'cancelled' })
    })
  }

  refund({ key }: { key: string }): Promise<RefundOutcome> {
    return this.#call('refund', key, () => {
      const refused = { status: 'refused', failureCode: 'balance_too_low' } as const
      const outcome = this.refusesRefunds ? refused : ({ status: 'succeeded' } as const)
      const known = this.refunds.get(key) ?? outcome
      this.refunds.set(key, known)
      return known
    })
  }

  findRefund({ key }: { key: string }): Promise<RefundOutcome> {
    return this.#call('findRefund', key, () => this.refunds.get(key) ?? { status: 'unknown' })
  }

  /** Its webhooks are the news as they are; the id is a header. */
  async readWebhook(headers: Headers, body: string) {
    return ok({ id: headers.get('id') ?? '', news: JSON.parse(body) as ProviderNews })
  }

  #found(key: string): ChargeOutcome {
    return this.charges.get(key) ?? { status: 'unknown' }
  }

  #move(key: string, to: ChargeOutcome): ChargeOutcome {
    if (this.#found(key).status === 'requires_action') this.charges.set(key, to)
    return this.#found(key)
  }

  async #call<T>(name: CallName, key: string, work: () => T): Promise<T> {
    this.calls.push(`${name} ${key}`)
    const fault = this.faults.get(name)
    if (fault === 'down') throw new Error('down')
    if (fault === 'busy') throw new Busy('the bank answered 429', this.busySeconds)
    const outcome = work()
    const meanwhile = this.meanwhile.get(name)
    this.meanwhile.delete(name)
    await meanwhile?.()
    if (fault === 'lost') throw new Error('lost')
    return outcome
  }
}
