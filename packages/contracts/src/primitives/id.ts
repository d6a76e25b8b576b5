import { z } from '@hono/zod-openapi'

/** What an id's prefix says about the thing it names. */
export const ID_PREFIXES = {
  category: 'cat',
  product: 'prd',
  order: 'ord',
  payment: 'pay',
  refund: 'ref',
  user: 'usr',
  address: 'adr',
  session: 'ses',
  reservation: 'rsv',
  event: 'evt',
  notification: 'ntf',
} as const

export type IdKind = keyof typeof ID_PREFIXES

const EXAMPLE_ULID = '01JD8Z6Q3N4V5W6X7Y8Z9A0B1C'

/** A prefix and a ULID: 26 characters of Crockford's base 32, time first, so ids sort by age. */
export function idSchema(kind: IdKind) {
  const prefix = ID_PREFIXES[kind]
  return z
    .string()
    .regex(new RegExp(`^${prefix}_[0-9A-HJKMNP-TV-Z]{26}$`), `must be an id like ${prefix}_…`)
    .openapi({ example: `${prefix}_${EXAMPLE_ULID}` })
}

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const TIME_DIGITS = 10
/** Of the 16 that are chance: 15 bits. */
const CHANCE_DIGITS = 3

/** When a thing was made, by its id (epoch ms). Any text has a time: what is no digit counts as 0. */
export function timeOfId(id: string): number {
  return numberIn(ulidOf(id).slice(0, TIME_DIGITS))
}

/** A number below 2^15 that is an id's for ever, and as likely as any other. */
export function chanceOfId(id: string): number {
  return numberIn(ulidOf(id).slice(-CHANCE_DIGITS))
}

function ulidOf(id: string): string {
  return id.slice(id.indexOf('_') + 1)
}

/** Crockford's base 32. https://github.com/ulid/spec */
function numberIn(digits: string): number {
  let value = 0
  for (const digit of digits) value = value * DIGITS.length + Math.max(0, DIGITS.indexOf(digit))
  return value
}

/**
 * An id in a path. Any bounded text is accepted, because what is not an id names nothing: it is a 404
 * like every other unknown resource.
 */
export function pathId(kind: IdKind) {
  return z
    .string()
    .min(1)
    .max(100)
    .openapi({
      description: `The id of the ${kind}`,
      example: `${ID_PREFIXES[kind]}_${EXAMPLE_ULID}`,
    })
}

export const ProductId = idSchema('product')
export const CategoryId = idSchema('category')
export const OrderId = idSchema('order')
export const PaymentId = idSchema('payment')
export const RefundId = idSchema('refund')
export const UserId = idSchema('user')
export const ReservationId = idSchema('reservation')
export const EventId = idSchema('event')
export const NotificationId = idSchema('notification')

/** A stock keeping unit: chosen by the shop, unique for ever. */
export const Sku = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be 1 to 64 letters, digits, ".", "_" or "-"')
  .openapi({ example: 'TEE-BLUE-M' })
