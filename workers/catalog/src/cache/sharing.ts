import { waitUntil } from 'cloudflare:workers'

/**
 * Has all who ask while a question is on its way wait for the next one, and share its answer: it was
 * asked after each of them came. However many ask, one question is on its way, and one waits.
 *
 * @param patienceMs how long each of them waits. A question belongs to the request that asked it, and
 *   may end with it; nobody else may hang for that.
 */
export function sharing<T>(ask: () => Promise<T>, patienceMs: number): () => Promise<T> {
  let current: Promise<T> | null = null
  let next: Promise<T> | null = null

  function start(): Promise<T> {
    const asked = ask().finally(() => {
      if (current === asked) current = null
    })
    current = asked
    finishAnyway(asked)
    return asked
  }

  function join(): Promise<T> {
    if (next !== null) return next
    if (current === null) return start()
    const chained = current
      .catch(() => undefined)
      .then(() => {
        if (next === chained) next = null
        return start()
      })
    next = chained
    finishAnyway(chained)
    return chained
  }

  return async () => {
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => {
      current = null
      next = null
      reject(new Error('no answer in time'))
    }, patienceMs)
    try {
      return await Promise.race([join(), late])
    } finally {
      clearTimeout(timer)
    }
  }
}

/** A visitor who hangs up does not take along the answer that others wait for. */
function finishAnyway(work: Promise<unknown>): void {
  waitUntil(work.catch(() => undefined))
}
