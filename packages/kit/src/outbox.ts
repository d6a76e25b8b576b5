/** A row of an outbox: one event for one destination. */
export interface OutboxMessage {
  readonly eventId: string
  readonly destination: string
  readonly event: string
  readonly attempts: number
}

/** What draining needs: where the rows are, and how to send. */
export interface OutboxDeps {
  /** Unpublished rows that are due, oldest event first. */
  due(limit: number, now: number): Promise<OutboxMessage[]>
  send(destination: string, messages: readonly OutboxMessage[]): Promise<void>
  markPublished(messages: readonly OutboxMessage[], now: number): Promise<void>
  postpone(messages: readonly OutboxMessage[], dueAt: number): Promise<void>
  onError(destination: string, error: unknown): void
}

export const OUTBOX_PAGE = 100
/** A queue takes 256 KB a batch; what JSON adds and the metadata of each message stay within the rest. */
const SEND_BYTES_MAX = 200_000
/** A message that failed so often may be one that no queue takes. Alone, it holds up no other. */
const ALONE_FROM_ATTEMPTS = 3
const ROUNDS_MAX = 1_000
const BACKOFF_STEPS_MAX = 8

/**
 * Sends what is due, in the order of the events, each destination on its own: one that fails is postponed
 * with backoff and delays no other. A row is marked only after its queue took it, so a crash in between
 * sends it twice and never loses it.
 */
export async function drainOutbox(deps: OutboxDeps, retryMs: number): Promise<void> {
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const rows = await deps.due(OUTBOX_PAGE, Date.now())
    if (rows.length === 0) return
    const byDestination = Map.groupBy(rows, (row) => row.destination)
    await Promise.all(
      [...byDestination].map(([destination, messages]) =>
        sendAll(deps, destination, messages, retryMs),
      ),
    )
    if (rows.length < OUTBOX_PAGE) return
  }
}

async function sendAll(
  deps: OutboxDeps,
  destination: string,
  messages: readonly OutboxMessage[],
  retryMs: number,
): Promise<void> {
  for (const batch of bySize(messages)) {
    try {
      await deps.send(destination, batch)
    } catch (error) {
      deps.onError(destination, error)
      const attempts = Math.min(Math.max(...batch.map((row) => row.attempts)), BACKOFF_STEPS_MAX)
      await deps.postpone(batch, Date.now() + retryMs * 2 ** attempts)
      continue
    }
    await deps.markPublished(batch, Date.now())
  }
}

/** Cuts messages into batches that a queue accepts. */
export function bySize<M extends Pick<OutboxMessage, 'event' | 'attempts'>>(
  messages: readonly M[],
): M[][] {
  const batches: M[][] = []
  let bytes = Infinity
  for (const message of messages) {
    const size = new TextEncoder().encode(message.event).length
    const isAlone = message.attempts >= ALONE_FROM_ATTEMPTS
    if (isAlone || bytes + size > SEND_BYTES_MAX) {
      batches.push([])
      bytes = 0
    }
    batches.at(-1)?.push(message)
    bytes = isAlone ? Infinity : bytes + size
  }
  return batches
}
