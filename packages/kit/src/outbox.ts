/** An event for one destination. */
export interface OutboxMessage {
  readonly event: string
  readonly destination: string
  /** How often it was tried. */
  readonly attempts: number
}

/** A message that a queue did not take, and when it is tried again (epoch ms). */
export interface Late<M extends OutboxMessage> {
  readonly message: M
  readonly dueAt: number
}

/** Messages that are due, oldest event first. */
export interface OutboxPage<M extends OutboxMessage> {
  readonly messages: readonly M[]
  /** Whether there may be more. */
  readonly isFull: boolean
  /** When what is not due yet is (epoch ms), or null. */
  readonly nextDue: number | null
  /** Notes what became of each message: of all of them, or of none. */
  settle(sent: readonly M[], failed: readonly Late<M>[]): Promise<void>
}

/** What draining needs: what is due, and how to send it. */
export interface OutboxDeps<M extends OutboxMessage> {
  page(limit: number, now: number): Promise<OutboxPage<M>>
  send(destination: string, messages: readonly M[]): Promise<void>
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
 * with backoff and delays no other. What was sent is noted only after its queue took it, so a crash in
 * between sends it twice and never loses it. Returns when the next message is due (epoch ms), or null.
 */
export async function drainOutbox<M extends OutboxMessage>(
  deps: OutboxDeps<M>,
  retryMs: number,
): Promise<number | null> {
  let next: number | null = null
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const page = await deps.page(OUTBOX_PAGE, Date.now())
    const byDestination = Map.groupBy(page.messages, (message) => message.destination)
    const results = await Promise.all(
      [...byDestination].map(([destination, messages]) =>
        sendAll(deps, destination, messages, retryMs),
      ),
    )
    const sent = results.flatMap((result) => result.sent)
    const failed = results.flatMap((result) => result.failed)
    await page.settle(sent, failed)
    next = earliest([page.nextDue, ...failed.map(({ dueAt }) => dueAt)])
    if (!page.isFull) break
  }
  return next
}

async function sendAll<M extends OutboxMessage>(
  deps: OutboxDeps<M>,
  destination: string,
  messages: readonly M[],
  retryMs: number,
): Promise<{ sent: M[]; failed: Late<M>[] }> {
  const sent: M[] = []
  const failed: Late<M>[] = []
  for (const batch of bySize(messages)) {
    try {
      await deps.send(destination, batch)
      sent.push(...batch)
    } catch (error) {
      deps.onError(destination, error)
      const attempts = Math.min(Math.max(...batch.map((row) => row.attempts)), BACKOFF_STEPS_MAX)
      const dueAt = Date.now() + retryMs * 2 ** attempts
      failed.push(...batch.map((message) => ({ message, dueAt })))
    }
  }
  return { sent, failed }
}

function earliest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null)
  return known.length === 0 ? null : Math.min(...known)
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
