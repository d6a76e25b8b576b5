import type { Access } from '../primitives/role.ts'

/** What every client must know before its first call. */
export const ABOUT_API = `Kiosk is a commerce backend: products, stock, orders, payments, accounts
and messages.

**Signing in.** \`POST /v1/auth/login\` answers an access token (15 minutes) and a refresh token
(one use). Send the first as \`Authorization: Bearer …\`. Roles rise from customer to staff to
admin; each has the rights of those below it.

**Money** is \`{ amountMinor, currency }\`: integer minor units of an ISO 4217 currency. 1999 USD
is 19.99 dollars, 1999 JPY is 1999 yen.

**Ids** are a prefix and 26 characters that sort by age. **Times** are ISO 8601 in UTC.

**Lists** answer \`{ items, nextCursor }\`. Ask again with \`cursor\` until \`nextCursor\` is
null.

**Errors** are RFC 9457 problems. Decide by \`code\`; \`detail\` is for people. Input out of range
is refused, never changed to fit. Checks come in this order: 401, 403, 413, 415, 400, 404, 412,
409, 422. Somebody else's order or payment is a 404.

**Repeating safely.** \`POST /v1/orders\`, \`/v1/payments\` and refunds need an
\`Idempotency-Key\`: the same key with the same body has one effect and one answer. A 429 or 503
says in \`Retry-After\` how many seconds to wait. Then a GET, a PUT, a DELETE or a request with a
key may be repeated as it was; look first whether any other request took effect.

**Growth.** Answers may get new fields, so ignore what you do not know.`

export const TAGS: Readonly<Record<string, string>> = {
  catalog: 'Products, variants, categories, search.',
  inventory: 'Stock per SKU, its movements, and reservations made by hand.',
  orders: 'Orders from the first click to the door.',
  payments: 'Payments, refunds, and news from payment providers.',
  users: 'Accounts, sessions, addresses, public keys.',
  notifications: 'Messages to people, and which of them they want.',
  ops: 'For operators: the audit, dead letters, events sent again.',
  meta: 'Health, and descriptions of this API.',
}

/** Who may call, in words. */
export const WHO: Readonly<Record<Access, string>> = {
  anyone: 'For anyone.',
  customer: 'For customers, staff and admins.',
  staff: 'For staff and admins.',
  admin: 'For admins.',
}

export const SECURITY_SCHEMES = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'An access token of `POST /v1/auth/login`, `/register` or `/refresh`.',
  },
  webhookSignature: {
    type: 'apiKey',
    in: 'header',
    name: 'Webhook-Signature',
    description:
      'Of the raw body and its time, with the secret that the provider and Kiosk share. Another ' +
      'provider may sign in a header of another name.',
  },
} as const
