/** What travels with every call between Workers, so that logs and events of one request belong together. */
export interface CallContext {
  /** The id of the request that a client made. */
  readonly requestId: string
  /** W3C trace context of the caller's span. */
  readonly traceparent: string
  /** Who acts: a user id, or `system`. */
  readonly actor: string
}
