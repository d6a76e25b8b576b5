import { buyMany, type Buying } from '../buying.ts'
import { openClient } from '../client.ts'
import { cpuMs } from '../processes.ts'
import type { Sample } from '../result.ts'
import type { RunningShop } from '../running-shop.ts'
import { percentile } from '../statistics.ts'

const IN_FLIGHT = 32
/** In how many parts the orders are looked at. */
const PARTS = 20

/**
 * Places so many orders one after the other, and looks at what each twentieth of them cost: it should be
 * the same, however many there are already. Measured once: the shop does not get smaller again.
 */
export async function measureGrowth(
  shop: RunningShop,
  buyers: Omit<Buying, 'send'>,
  orders: number,
  report: (done: number) => void,
): Promise<Sample[]> {
  const client = openClient(shop.url, IN_FLIGHT)
  const perPart = Math.max(1, Math.floor(orders / PARTS))
  const samples: Sample[] = []
  try {
    for (let part = 1; part <= PARTS; part++) {
      const startedAt = performance.now()
      const before = cpuMs(shop.runtime)
      const bought = await buyMany({ ...buyers, send: client.send }, IN_FLIGHT, perPart)
      const seconds = (performance.now() - startedAt) / 1000
      const times = bought.map(({ processing }) => processing)
      const after = cpuMs(shop.runtime)
      const subject = `${part * perPart} orders`
      const cpu = before === null || after === null ? null : ((after - before) * 1000) / perPart
      samples.push(
        { subject, metric: 'growth rate', unit: 'per s', value: perPart / seconds },
        { subject, metric: 'growth p50', unit: 'ms', value: percentile(times, 0.5) },
        ...(cpu === null
          ? []
          : [{ subject, metric: 'growth cpu', unit: 'µs' as const, value: cpu }]),
      )
      report(part * perPart)
    }
  } finally {
    await client.close()
  }
  return samples
}
