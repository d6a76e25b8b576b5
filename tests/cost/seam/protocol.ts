/**
 * What the process of the tests and the counters inside the Workers say to each other. Types only: both
 * sides import this file.
 */

/** Where the counters listen. Only test bundles have them. */
export const COUNT_PATH = '/__count'

/** What is counted. */
export type Kind =
  /** A request from outside: the gateway's. */
  | 'request'
  /** A call of another Worker over a service binding. */
  | 'service call'
  /** Rows of D1, by statement. */
  | 'd1 read'
  | 'd1 written'
  /** Calls and alarms of Durable Objects, and their rows, by class. */
  | 'object request'
  | 'object read'
  | 'object written'
  /** Operations on messages: one for each 64 KB. */
  | 'queue write'
  | 'queue read'
  | 'queue delete'
  | 'kv read'
  | 'kv write'
  /** Lines that the Worker logs itself. */
  | 'log line'

/** How often each kind happened, by what did it. */
export type Tally = { readonly [kind in Kind]?: Readonly<Record<string, number>> }

export interface CountCommand {
  /** Has the loops beat once, before the reading. */
  readonly beat?: boolean
  /** Begins again at zero. */
  readonly reset?: boolean
}
