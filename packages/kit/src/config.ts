import { z } from 'zod'

/** A duration in milliseconds that a variable of the Worker can change. */
export function durationMs(defaultMs: number) {
  return z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(defaultMs)
}

/** A whole number that a variable of the Worker can change. */
export function wholeNumber(defaultValue: number) {
  return z.coerce.number().int().min(0).default(defaultValue)
}

const parsed = new WeakMap<object, WeakMap<z.ZodType, unknown>>()

/**
 * Reads a Worker's variables through a schema, once per isolate. A wrong value stops the first request
 * with the variable's name, instead of surprising somebody later.
 */
export function readConfig<T extends z.ZodType>(env: object, schema: T): z.infer<T> {
  let bySchema = parsed.get(env)
  if (bySchema === undefined) parsed.set(env, (bySchema = new WeakMap()))
  let config = bySchema.get(schema)
  if (config === undefined) bySchema.set(schema, (config = schema.parse(env)))
  return config as z.infer<T>
}
