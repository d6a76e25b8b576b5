import { load } from '../load.ts'
import type { Subject } from '../result.ts'
import type { RunningShop } from '../running-shop.ts'
import { percentile } from '../statistics.ts'

/** The bare operations that orders are made of, with as many of them in flight as orders. */
export function platformSubjects(
  shop: RunningShop,
  inFlight: readonly number[],
  seconds: number,
): Subject[] {
  const url = shop.yardstick('platform')
  const operations = { 'D1 batch': '/d1-batch', 'object write': '/object-write' }
  return [
    ...Object.entries(operations).flatMap(([name, path]) =>
      inFlight.map((connections): Subject => ({
        name: `${name}, ${connections} in flight`,
        part: 'platform',
        measure: () =>
          load({ url, questions: [path], connections, seconds, runtime: shop.runtime }),
      })),
    ),
    { name: 'queue', part: 'events', measure: () => measureQueue(url) },
  ]
}

const MESSAGES = 100

/** How long one message takes from `send` to its consumer when nothing else is on the way. */
async function measureQueue(url: string) {
  for (let n = 0; n < MESSAGES; n++) {
    const answer = await fetch(`${url}/queue-send`)
    if (!answer.ok) throw new Error(`sending a message: ${answer.status}`)
    await answer.text()
  }
  let delays: number[] = []
  while (delays.length < MESSAGES) {
    const answer = await fetch(`${url}/queue-delays`)
    delays = [...delays, ...((await answer.json()) as number[])]
  }
  return [
    { metric: 'p50', unit: 'ms' as const, value: percentile(delays, 0.5) },
    { metric: 'p99', unit: 'ms' as const, value: percentile(delays, 0.99) },
  ]
}

/** Makes the tables that the operations write to. */
export async function setUpPlatform(shop: RunningShop): Promise<void> {
  const answer = await fetch(`${shop.yardstick('platform')}/set-up`)
  if (!answer.ok) throw new Error(`setting up the platform's yardstick: ${await answer.text()}`)
}
