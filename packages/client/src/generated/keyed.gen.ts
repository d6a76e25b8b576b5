// This file is auto-generated from the OpenAPI document

/** The calls that take an `Idempotency-Key`. */
export const KEYED: readonly string[] = [
  'POST /v1/orders',
  'POST /v1/payments',
  'POST /v1/payments/{id}/refunds',
];
