/** An expected outcome: a value, or a refusal with a code. Bugs and broken infrastructure throw instead. */
export type Result<T, E extends { code: string }> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: E }

/** The accepted outcome. */
export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value }
}

/** The refused outcome. */
export function refuse<E extends { code: string }>(
  refusal: E,
): { readonly ok: false; readonly refusal: E } {
  return { ok: false, refusal }
}
