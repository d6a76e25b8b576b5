import { type Client, openClient } from '../client.ts'
import { untilAtRest } from '../rest.ts'
import type { Till } from './backend.ts'
import { cpuMsOfFamily } from './family.ts'

/** A backend that takes its time gets it: with many in flight, an order may take minutes. */
export const READY_WITHIN_MS = 120_000
const ANSWER_WITHIN_MS = 15 * 60_000

/** Of one processor, at rest: a worker asks its queues for work all the time. */
const RESTING_SHARE = 0.2

/** A client that waits as long as an order of a peer may take. */
export function openPatientClient(url: string, connections: number): Client {
  return openClient(url, connections, ANSWER_WITHIN_MS)
}

/** Waits until processes and all that they started have nothing left to do. */
export function untilFamilyRests(processes: readonly number[]): Promise<void> {
  return untilAtRest(() => cpuMsOfFamily(processes), RESTING_SHARE)
}

/** A till that each customer of `idle` leaves before coming again: no customer of a peer has two orders at once. */
export function tillOf<Customer>(
  idle: Customer[],
  client: Client,
  buy: (send: Client['send'], customer: Customer) => Promise<void>,
): Till {
  return {
    async buy() {
      const customer = idle.pop()
      if (customer === undefined) throw new Error('there are more orders than customers')
      const startedAt = performance.now()
      await buy(client.send, customer)
      const at = performance.now()
      idle.push(customer)
      return { took: at - startedAt, at }
    },
    close: () => client.close(),
  }
}
