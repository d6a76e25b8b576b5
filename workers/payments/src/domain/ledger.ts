import { assert } from '@kiosk/kit/assert'

/**
 * - `provider_balance`: what the provider holds for the shop
 * - `sales`: what customers paid
 * - `refunds`: what of it went back
 */
export type Account = 'provider_balance' | 'sales' | 'refunds'

/** One side of a booking; amounts in minor units, one of the two is 0. */
export interface LedgerEntry {
  readonly transactionId: string
  readonly paymentId: string
  readonly account: Account
  readonly debitMinor: number
  readonly creditMinor: number
  readonly currency: string
}

interface Booking {
  readonly transactionId: string
  readonly paymentId: string
  readonly amountMinor: number
  readonly currency: string
}

interface Amount {
  readonly id: string
  readonly amountMinor: number
  readonly currency: string
}

/** Books that a payment was captured. */
export function bookCapture(payment: Amount): LedgerEntry[] {
  const { id, amountMinor, currency } = payment
  const booking = { transactionId: `capture:${id}`, paymentId: id, amountMinor, currency }
  return book(booking, 'provider_balance', 'sales')
}

/** Books that money went back to the customer. */
export function bookRefund(refund: Amount & { readonly paymentId: string }): LedgerEntry[] {
  const { id, paymentId, amountMinor, currency } = refund
  const booking = { transactionId: `refund:${id}`, paymentId, amountMinor, currency }
  return book(booking, 'refunds', 'provider_balance')
}

/** A booking of nothing has no entries: a free order is paid without money moving. */
function book(booking: Booking, debited: Account, credited: Account): LedgerEntry[] {
  const { amountMinor, ...entry } = booking
  assert(Number.isSafeInteger(amountMinor) && amountMinor >= 0, 'a booked amount is not negative')
  if (amountMinor === 0) return []
  const entries = [
    { ...entry, account: debited, debitMinor: amountMinor, creditMinor: 0 },
    { ...entry, account: credited, debitMinor: 0, creditMinor: amountMinor },
  ]
  assertBalanced(entries)
  return entries
}

/** Per currency, debits equal credits. */
export function assertBalanced(entries: readonly LedgerEntry[]): void {
  for (const [currency, group] of Map.groupBy(entries, (entry) => entry.currency)) {
    const balance = group.reduce((sum, entry) => sum + entry.debitMinor - entry.creditMinor, 0)
    assert(balance === 0, `debits equal credits in ${currency}`)
  }
}
