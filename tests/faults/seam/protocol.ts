/**
 * What the process of the tests and the seam inside the Workers say to each other. Types only: both sides
 * import this file.
 */

/** Where the seam listens. Only test bundles have it. */
export const SEAM_PATH = '/__seam'

/** A place where a Worker touches the world outside its own memory. */
export interface Point {
  readonly worker: string
  /** What the Worker was doing: `fetch POST /v1/orders`, `queue payment.succeeded`, `OutboxRelay.alarm`. */
  readonly invocation: string
  /** What it touched: `DB insert orders, insert outbox`, `INVENTORY_RPC.reserve`. */
  readonly operation: string
  /** 1 for the first time in a run, and so on. */
  readonly occurrence: number
  /** Whether failing after it differs from failing before it; `message`: one message of a send. */
  readonly effect: 'read' | 'write' | 'message'
}

export const IO_KINDS = ['before', 'after', 'crash-before', 'crash-after'] as const
export const MESSAGE_KINDS = ['duplicate', 'delayed', 'reordered'] as const

/** How an I/O point fails: with an error or by the end of its invocation, each with the effect done or not. */
export type IoKind = (typeof IO_KINDS)[number]
/** What can happen to a message under way. */
export type MessageKind = (typeof MESSAGE_KINDS)[number]
/** `skip`: the effect is left out and success reported. No system survives that: it shows that the checks see it. */
export type Kind = IoKind | MessageKind | 'skip'

export interface Fault {
  readonly point: Point
  readonly kind: Kind
}

/** Something that is out of order until it is mended: every point it matches fails before its effect. */
export interface Outage {
  readonly name: string
  /** Texts that the point's name contains, all of them. */
  readonly where: readonly string[]
}

/** Rows to read, past everything the seam does to others. */
export interface Reading {
  /** Statements for the Worker's D1. */
  readonly sql?: readonly string[]
  /** Statements for Durable Objects. */
  readonly objects?: readonly {
    readonly binding: string
    readonly name: string
    readonly sql: readonly string[]
  }[]
}

export type Row = Readonly<Record<string, string | number | null>>

/** What the tests ask of the seam of one Worker. */
export interface SeamCommand {
  /** Forgets the points so far, and the fault. */
  readonly reset?: boolean
  readonly arm?: Fault
  readonly break?: Outage
  readonly mend?: string
  /** Shuffles, doubles and delays messages at random from now on; false ends it. */
  readonly unruly?: boolean
  /** Asks for the points since the last reset, and for the last lines of the log. */
  readonly points?: boolean
  readonly log?: boolean
  readonly read?: Reading
}

/** What it answers. */
export interface SeamReply {
  /** How often the armed fault has struck. */
  readonly hits: number
  /** Points since the last reset. */
  readonly reached: number
  /** Invocations and I/O under way. */
  readonly busy: number
  /** What this Worker handed to a queue since the last reset: the hearer and the event, `orders evt_…`. */
  readonly sent: readonly string[]
  /** The events whose message this Worker has taken since then. */
  readonly heard: readonly string[]
  /** Messages held back by a fault, and dead letters that a crash has kept from being taken. */
  readonly held: number
  readonly points?: readonly Point[]
  readonly log?: readonly string[]
  readonly rows?: readonly (readonly Row[])[]
  readonly objects?: readonly (readonly (readonly Row[])[])[]
}

/** A point in one line, the same in every run. */
export function nameOf({ worker, invocation, operation, occurrence }: Point): string {
  return `${worker} | ${invocation} | ${operation} | ${occurrence}`
}
