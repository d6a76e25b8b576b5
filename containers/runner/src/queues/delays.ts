/** The longest delay that a queue takes. */
export const DELAY_SECONDS_MAX = 24 * 60 * 60

const STEP = 4

/**
 * How long each of the broker's delay queues holds a message, seconds. A queue of the broker gives up its
 * messages in the order they came, so messages that wait for different times need different queues; with
 * these few, any delay is a few stays in a row.
 */
export const DELAYS: readonly number[] = Array.from({ length: 9 }, (_, n) => STEP ** n)

/** The longest stay that does not last beyond what is left to wait; at least the shortest one. */
export function nextStay(remainingMs: number): number {
  const fitting = DELAYS.filter((seconds) => seconds * 1000 <= remainingMs)
  return fitting.at(-1) ?? Math.min(...DELAYS)
}
