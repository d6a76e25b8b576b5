import { waitUntil } from 'cloudflare:workers'

/**
 * A client that hangs up cancels its request. Work that holds stock or moves money is finished all the
 * same, as far as the platform lets it: what is cut off even so, alarms put right.
 */
export function finish<T>(work: Promise<T>): Promise<T> {
  waitUntil(work.catch(() => undefined))
  return work
}
