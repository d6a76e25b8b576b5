import { buy, buyFor, tokenOf, type Bought, type Buying } from '../buying.ts'
import { openClient } from '../client.ts'
import { readHops } from '../events.ts'
import { cpuPer } from '../load.ts'
import { cpuMs } from '../processes.ts'
import type { Sample, Subject } from '../result.ts'
import type { RunningShop } from '../running-shop.ts'
import { percentile } from '../statistics.ts'

export const WARM_UP_SHARE = 0.25

/** Buying, with so many orders in flight at a time, and what became of the events that it caused. */
export function orderSubjects(
  shop: RunningShop,
  buyers: Omit<Buying, 'send'>,
  inFlight: readonly number[],
  seconds: number,
): Subject[] {
  return inFlight.map((count) => ({
    name: nameOf(count),
    part: 'orders',
    async measure() {
      const from = Date.now()
      const before = cpuMs(shop.runtime)
      const client = openClient(shop.url, count)
      const buying = { ...buyers, send: client.send }
      const buyNth = (n: number) => buy(buying, tokenOf(buying, n))
      const { measured, all } = await buyFor(
        buyNth,
        count,
        WARM_UP_SHARE * seconds * 1000,
        seconds * 1000,
      )
      await client.close()
      // All that an order causes is its cost, also what comes after it.
      await shop.settle()
      const after = cpuMs(shop.runtime)
      return [
        { metric: 'rate', unit: 'per s', value: measured.length / seconds },
        ...timesOf(measured),
        ...cpuPer(all.length, before, after),
        ...hopSamples(shop.stateDir, from, count),
      ]
    },
  }))
}

export function nameOf(inFlight: number): string {
  return inFlight === 1 ? 'orders, one at a time' : `orders, ${inFlight} in flight`
}

function timesOf(bought: readonly Bought[]): Sample[] {
  if (bought.length === 0) return []
  const shares = { p50: 0.5, p95: 0.95, p99: 0.99 }
  return (['ordered', 'paid', 'processing'] as const).flatMap((step) =>
    Object.entries(shares).map(([name, share]) => ({
      metric: `${step} ${name}`,
      unit: 'ms' as const,
      value: percentile(
        bought.map((one) => one[step]),
        share,
      ),
    })),
  )
}

function hopSamples(stateDir: string, from: number, inFlight: number): Sample[] {
  return readHops(stateDir, from, Date.now()).flatMap(({ name, times }) => {
    const subject = `${name}, ${inFlight} in flight`
    return [
      { subject, metric: 'taken p50', unit: 'ms' as const, value: percentile(times, 0.5) },
      { subject, metric: 'taken p99', unit: 'ms' as const, value: percentile(times, 0.99) },
    ]
  })
}
