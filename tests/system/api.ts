import type { Access } from '@kiosk/contracts/primitives/role'

/** The things that paths and bodies name. */
export interface World {
  readonly product: string
  readonly category: string
  readonly sku: string
  readonly order: string
  readonly payment: string
  readonly reservation: string
  readonly address: string
  readonly user: string
  readonly letter: string
}

type Body = Record<string, unknown>
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** A call of the public API, as the agreement lists it. */
export interface Call {
  /** As it is written in the agreement: `PATCH /v1/orders/{order}/status`. */
  readonly name: string
  readonly who: Access
  readonly method: Method
  path(world: World): string
  /** A JSON body that is valid in itself. */
  readonly body?: (world: World) => Body
  /** Needs an `Idempotency-Key`. */
  readonly isKeyed: boolean
  /** May come without a body. */
  readonly isBodyOptional: boolean
}

const ULID = '01JD8Z6Q3N4V5W6X7Y8Z9A0B1C'

/** Well-formed names of things that do not exist. */
export const NOWHERE: World = {
  product: `prd_${ULID}`,
  category: `cat_${ULID}`,
  sku: 'NO-SUCH-SKU',
  order: `ord_${ULID}`,
  payment: `pay_${ULID}`,
  reservation: `rsv_${ULID}`,
  address: `adr_${ULID}`,
  user: `usr_${ULID}`,
  letter: `dlq_orders_${ULID}`,
}

const address = {
  name: 'Ada',
  line1: 'Street 1',
  line2: 'Second floor',
  city: 'Berlin',
  region: 'BE',
  postalCode: '10115',
  country: 'DE',
}
const price = { amountMinor: 1999, currency: 'USD' }
const preferences = {
  email: { orders: true, payments: true },
  sms: { orders: true, payments: true },
}

export function aProduct({ sku }: Pick<World, 'sku'>) {
  return {
    name: 'A thing',
    slug: `thing-${sku.toLowerCase()}`,
    description: 'A thing for tests',
    status: 'draft',
    categoryIds: [],
    attributes: { colour: 'blue' },
    images: [{ url: 'https://images.kiosk.test/1.png', alt: 'The thing' }],
    variants: [{ sku, name: 'Blue', options: { size: 'M' }, price, weightGrams: 200 }],
  }
}

const aCategory = ({ sku }: World) => ({
  name: 'Things',
  slug: `things-${sku.toLowerCase()}`,
  position: 1,
})

const KEYED = ['/v1/orders', '/v1/payments', '/v1/payments/{payment}/refunds']
const BODY_OPTIONAL = ['/v1/orders/{order}/cancel', '/v1/payments/{payment}/confirm']

const anyone = calls('anyone', {
  'GET /v1/products': null,
  'GET /v1/products/{product}': null,
  'GET /v1/categories': null,
  'POST /v1/auth/register': ({ sku }) => ({
    email: `${sku}@kiosk.test`,
    password: 'a good long password',
    name: 'Ada',
    locale: 'en',
  }),
  'POST /v1/auth/login': ({ sku }) => ({ email: `${sku}@kiosk.test`, password: 'a password' }),
  'POST /v1/auth/refresh': () => ({ refreshToken: 'no-such-token' }),
  'POST /v1/auth/logout': () => ({ refreshToken: 'no-such-token' }),
  'POST /v1/auth/password-reset': ({ sku }) => ({ email: `${sku}@kiosk.test` }),
  'POST /v1/auth/password-reset/confirm': () => ({
    token: 'no-such-token',
    password: 'a good long password',
  }),
  'GET /.well-known/jwks.json': null,
  'POST /v1/webhooks/payments/simulated': null,
})

const customer = calls('customer', {
  'GET /v1/users/me': null,
  'PATCH /v1/users/me': () => ({ name: 'Ada', phone: '+4930123456', locale: 'de' }),
  'DELETE /v1/users/me': null,
  'POST /v1/users/me/password': () => ({
    currentPassword: 'not the password',
    newPassword: 'another long password',
  }),
  'GET /v1/users/me/addresses': null,
  'POST /v1/users/me/addresses': () => ({ ...address, isDefault: false }),
  'GET /v1/users/me/addresses/{address}': null,
  'PUT /v1/users/me/addresses/{address}': () => ({ ...address, isDefault: false }),
  'PATCH /v1/users/me/addresses/{address}': () => ({ ...address, isDefault: false }),
  'DELETE /v1/users/me/addresses/{address}': null,
  'POST /v1/orders': ({ sku }) => ({ lines: [{ sku, quantity: 1 }], shippingAddress: address }),
  'GET /v1/orders': null,
  'GET /v1/orders/{order}': null,
  'GET /v1/orders/{order}/timeline': null,
  'POST /v1/orders/{order}/cancel': () => ({ reason: 'too slow' }),
  'POST /v1/payments': ({ order }) => ({ orderId: order, token: 'tok_declined' }),
  'GET /v1/payments/{payment}': null,
  'POST /v1/payments/{payment}/confirm': () => ({}),
  'GET /v1/notifications': null,
  'GET /v1/notifications/preferences': null,
  'PUT /v1/notifications/preferences': () => preferences,
})

const staff = calls('staff', {
  'POST /v1/products': aProduct,
  'PATCH /v1/products/{product}': aProduct,
  'DELETE /v1/products/{product}': null,
  'POST /v1/categories': aCategory,
  'PATCH /v1/categories/{category}': aCategory,
  'DELETE /v1/categories/{category}': null,
  'GET /v1/inventory': null,
  'GET /v1/inventory/{sku}': null,
  'PUT /v1/inventory/{sku}': () => ({ onHand: 10, lowStockThreshold: 1 }),
  'GET /v1/inventory/{sku}/buckets': null,
  'PUT /v1/inventory/{sku}/buckets': () => ({ count: 2 }),
  'POST /v1/inventory/{sku}/adjustments': () => ({ delta: 1, reason: 'found' }),
  'GET /v1/inventory/{sku}/movements': null,
  'POST /v1/reservations': ({ sku }) => ({
    orderId: 'by hand',
    lines: [{ sku, quantity: 1 }],
    ttlSeconds: 60,
  }),
  'POST /v1/reservations/{reservation}/release': null,
  'POST /v1/reservations/{reservation}/commit': null,
  'PATCH /v1/orders/{order}/status': () => ({
    status: 'delivered',
    tracking: { carrier: 'DHL', number: 'JD0140' },
  }),
  'POST /v1/payments/{payment}/refunds': () => ({
    amount: { amountMinor: 1, currency: 'USD' },
    reason: 'broken',
  }),
  'GET /v1/users': null,
})

const admin = calls('admin', {
  'PATCH /v1/users/{user}': () => ({ role: 'customer' }),
  'GET /v1/ops/dead-letters': null,
  'POST /v1/ops/dead-letters/{letter}/replay': null,
  'POST /v1/ops/dead-letters/replay': () => ({ type: 'order.placed', service: 'inventory' }),
  'GET /v1/ops/audit': null,
  'POST /v1/ops/republish': () => ({ since: '2100-01-01T00:00:00.000Z', subscriber: 'orders' }),
})

export const CALLS: readonly Call[] = [...anyone, ...customer, ...staff, ...admin]

function calls(who: Access, table: Record<string, ((world: World) => Body) | null>): Call[] {
  return Object.entries(table).map(([name, body]) => {
    const [method, template] = name.split(' ') as [Method, string]
    return {
      name,
      who,
      method,
      path: (world) => template.replaceAll(/\{(\w+)\}/g, (_, key: keyof World) => world[key]),
      ...(body !== null && { body }),
      isKeyed: method === 'POST' && KEYED.includes(template),
      isBodyOptional: BODY_OPTIONAL.includes(template),
    }
  })
}
