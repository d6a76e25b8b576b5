type Fields = Readonly<Record<string, unknown>>

let service = 'runner'

/** Whose container this is; part of every line from then on. */
export function logAs(name: string): void {
  service = name
}

/** Writes one line of JSON, of the same shape as the lines of the Workers. */
export function log(level: 'info' | 'warn' | 'error', message: string, fields: Fields = {}): void {
  const time = new Date().toISOString()
  console.log(JSON.stringify({ time, level, service, message, ...fields }))
}

export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const own = error.message === '' ? error.name : error.message
  return error.cause === undefined ? own : `${own} (${describeError(error.cause)})`
}
