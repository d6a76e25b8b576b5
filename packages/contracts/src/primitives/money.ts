import { z } from '@hono/zod-openapi'

/** The largest amount accepted: 10 billion major units of a two-decimal currency, safe in any sum. */
export const AMOUNT_MINOR_MAX = 1_000_000_000_000

/** An ISO 4217 currency code that this runtime knows. */
export const Currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as USD')
  .refine(
    (code) => Intl.supportedValuesOf('currency').includes(code),
    'is not an ISO 4217 currency',
  )
  .openapi({ example: 'USD' })

/** Money in integer minor units (cents) of its currency. */
export const Money = z
  .object({ amountMinor: z.number().int().min(0).max(AMOUNT_MINOR_MAX), currency: Currency })
  .openapi('Money', { example: { amountMinor: 1999, currency: 'USD' } })
export type Money = z.infer<typeof Money>

/** Money that is more than nothing: a price to refund, an amount to charge. */
export const PositiveMoney = Money.refine((money) => money.amountMinor > 0, {
  path: ['amountMinor'],
  message: 'must be greater than 0',
})

export function money(amountMinor: number, currency: string): Money {
  return { amountMinor, currency }
}

/** How many digits follow the decimal point in a currency: 2 for USD, 0 for JPY, 3 for KWD. */
export function minorDigits(currency: string): number {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency })
  return format.resolvedOptions().maximumFractionDigits ?? 2
}

/** Money as a person of that locale writes it. */
export function formatMoney(value: Money, locale: string): string {
  const major = value.amountMinor / 10 ** minorDigits(value.currency)
  return new Intl.NumberFormat(locale, { style: 'currency', currency: value.currency }).format(
    major,
  )
}
