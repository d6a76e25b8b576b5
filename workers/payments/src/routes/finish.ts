import { waitUntil } from 'cloudflare:workers'

/** A client that hangs up cancels its request. What moves money is finished all the same. */
export function finish<T>(work: Promise<T>): Promise<T> {
  waitUntil(work.catch(() => undefined))
  return work
}
