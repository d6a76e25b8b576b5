import { z } from '@hono/zod-openapi'

/** A line of text that a person wrote: trimmed, never empty, of bounded length. */
export function line(max: number, example: string) {
  return z.string().trim().min(1).max(max).openapi({ example })
}

/** BCP 47 language tag, for example `de` or `en-GB`. */
export const Locale = z
  .string()
  .max(35)
  .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'must be a language tag such as en or de-AT')
  .openapi({ example: 'en' })

/** An address that mail can reach, kept in lower case. */
export const Email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254)
  .pipe(z.email())
  .openapi({ type: 'string', format: 'email', example: 'ada@example.com' })

/** A phone number in E.164 form. */
export const Phone = z
  .string()
  .regex(/^\+[1-9][0-9]{6,14}$/, 'must be in E.164 form such as +4930123456')
  .openapi({ example: '+4930123456' })

/** Where parcels go. */
export const Address = z
  .object({
    name: line(200, 'Ada Lovelace'),
    line1: line(200, 'Invalidenstraße 43'),
    line2: line(200, 'Second floor').optional(),
    city: line(100, 'Berlin'),
    region: line(100, 'BE').optional(),
    postalCode: line(20, '10115'),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 alpha-2 code such as DE')
      .openapi({ example: 'DE' }),
  })
  .openapi('Address')
export type Address = z.infer<typeof Address>

export const Tracking = z
  .object({ carrier: line(100, 'DHL'), number: line(100, 'JD014600003RU') })
  .openapi('Tracking')
export type Tracking = z.infer<typeof Tracking>
