const string = { type: 'string' } as const
const seconds = { type: 'integer', minimum: 0 } as const

/** Every header of an answer that means something to a client. */
export const HEADERS = {
  'X-Request-Id': {
    description: 'Names this request in logs. A client may choose it with the same header.',
    required: true,
    schema: string,
    example: '0f8b6c1e-5c0e-4a59-9b57-6f3c9b1f2f10',
  },
  traceparent: {
    description: 'The W3C trace of this request; it continues the one that a client sends.',
    required: true,
    schema: { type: 'string', pattern: '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$' },
    example: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  },
  ETag: {
    description: 'The version of the resource, for `If-Match`.',
    required: true,
    schema: string,
    example: '"3"',
  },
  Location: {
    description: 'Where the new resource is.',
    required: true,
    schema: { type: 'string', format: 'uri-reference' },
    example: '/v1/orders/ord_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C',
  },
  'Idempotent-Replayed': {
    description: 'There when this is the answer of an earlier request with the same key and body.',
    required: false,
    schema: { type: 'string', const: 'true' },
    example: 'true',
  },
  'Retry-After': {
    description: 'How many seconds to wait before asking again.',
    required: true,
    schema: seconds,
    example: 2,
  },
  'WWW-Authenticate': {
    description: 'How to authenticate.',
    required: true,
    schema: { type: 'string', const: 'Bearer' },
    example: 'Bearer',
  },
} as const

export type HeaderName = keyof typeof HEADERS

/** Refers to headers by their names, as a response of a document does. */
export function headers(...names: HeaderName[]) {
  return Object.fromEntries(
    names.map((name) => [name, { $ref: `#/components/headers/${name}` }] as const),
  )
}
