import { z } from '@hono/zod-openapi'

/** Every error a client can meet: its code, its HTTP status and a title that never changes. */
export const ERRORS = {
  validation_failed: { status: 400, title: 'The request is not valid' },
  idempotency_key_required: { status: 400, title: 'The Idempotency-Key header is required' },
  unauthorized: { status: 401, title: 'A valid access token is required' },
  invalid_credentials: { status: 401, title: 'Email or password is wrong' },
  invalid_refresh_token: { status: 401, title: 'The refresh token is not valid' },
  invalid_signature: { status: 401, title: 'The signature is not valid' },
  forbidden: { status: 403, title: 'Your role may not do this' },
  not_found: { status: 404, title: 'There is no such resource' },
  method_not_allowed: { status: 405, title: 'This resource does not support this method' },
  conflict: { status: 409, title: 'The resource was changed at the same time' },
  email_taken: { status: 409, title: 'An account with this email exists' },
  slug_taken: { status: 409, title: 'A resource with this slug exists' },
  sku_taken: { status: 409, title: 'This SKU is or was in use' },
  category_in_use: { status: 409, title: 'The category still has products or children' },
  insufficient_stock: { status: 409, title: 'There is not enough stock' },
  below_reserved: { status: 409, title: 'Stock cannot go below what is reserved' },
  owned_by_order: { status: 409, title: 'The reservation belongs to an order' },
  reservation_ended: { status: 409, title: 'The reservation is no longer held' },
  illegal_transition: { status: 409, title: 'The order cannot go to this status' },
  order_not_payable: { status: 409, title: 'The order cannot be paid' },
  payment_in_progress: { status: 409, title: 'The order has another payment' },
  payment_not_confirmable: { status: 409, title: 'The payment cannot be confirmed' },
  payment_not_refundable: { status: 409, title: 'The payment cannot be refunded' },
  request_in_progress: { status: 409, title: 'A request with this key is being processed' },
  precondition_failed: { status: 412, title: 'The resource has another version' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body must be application/json' },
  idempotency_key_reused: { status: 422, title: 'The key was used with another body' },
  unknown_sku: { status: 422, title: 'A SKU is not for sale' },
  mixed_currencies: { status: 422, title: 'An order has one currency' },
  unknown_category: { status: 422, title: 'A category does not exist' },
  category_misplaced: { status: 422, title: 'The category cannot be placed there' },
  refund_exceeds_captured: { status: 422, title: 'The refund exceeds what was captured' },
  wrong_password: { status: 422, title: 'The current password is wrong' },
  invalid_reset_token: { status: 422, title: 'The reset token is wrong, spent or expired' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  internal_error: { status: 500, title: 'Something went wrong on our side' },
  unavailable: { status: 503, title: 'The service is not available right now' },
} as const satisfies Record<string, { status: number; title: string }>

export type ErrorCode = keyof typeof ERRORS

const CODES = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]

/** A short fall of one SKU, in units. */
export const Shortage = z
  .object({
    sku: z.string().openapi({ example: 'TEE-BLUE-M' }),
    requested: z.number().int().openapi({ example: 5 }),
    available: z.number().int().openapi({ example: 2 }),
  })
  .openapi('Shortage')
export type Shortage = z.infer<typeof Shortage>

/** The body of every error: RFC 9457, `application/problem+json`. */
export const Problem = z
  .object({
    type: z.string().openapi({ description: 'A URI that names the code' }),
    title: z.string().openapi({ description: 'What the code means; never changes' }),
    status: z.number().int().openapi({ description: 'The HTTP status' }),
    code: z.enum(CODES).openapi({ description: 'What a program decides by' }),
    detail: z.string().openapi({ description: 'What went wrong this time, for people' }),
    requestId: z.string().openapi({ description: 'As in `X-Request-Id`: tell it to support' }),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .openapi({ description: 'Of `validation_failed`: each field that is wrong' }),
    shortages: z
      .array(Shortage)
      .optional()
      .openapi({ description: 'Of `insufficient_stock`: each SKU that is short' }),
  })
  .openapi('Problem')
export type Problem = z.infer<typeof Problem>

/** Where the meaning of each code is documented; part of the RFC 9457 `type`. */
export const PROBLEM_TYPE_BASE = 'https://kiosk.example/problems/'
