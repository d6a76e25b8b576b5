import { BLUE, draw, GREEN, GREY, ORANGE } from '../plots.ts'
import { DOCUMENTED, ordersPerSecond } from './model.ts'

const BUCKETS = [1, 2, 4, 6, 8, 10, 12, 14, 16]

/** Orders per second by number of buckets, for what one object is said to do, and did here. */
export function drawModel(measuredPerSecond: number | null): Promise<string> {
  const { requestsMax, writingTo, writingFrom } = DOCUMENTED
  const limits: [string, number][] = [
    [`${requestsMax}/s, soft limit`, requestsMax],
    [`${writingTo}/s, writing`, writingTo],
    [`${writingFrom}/s, writing`, writingFrom],
  ]
  if (measuredPerSecond !== null) {
    limits.push([`${Math.round(measuredPerSecond)}/s, here`, measuredPerSecond])
  }
  const values = limits.flatMap(([name, perSecond]) =>
    BUCKETS.map((buckets) => ({ name, buckets, orders: ordersPerSecond(buckets, perSecond) })),
  )
  return draw({
    title: 'A hot SKU: orders per second by number of buckets (model)',
    width: 460,
    height: 280,
    data: { values },
    mark: { type: 'line', point: true },
    encoding: {
      x: { field: 'buckets', type: 'quantitative', title: 'buckets' },
      y: { field: 'orders', type: 'quantitative', title: 'orders per second' },
      color: {
        field: 'name',
        type: 'nominal',
        title: 'one object serves',
        scale: { domain: limits.map(([name]) => name), range: [GREY, BLUE, GREEN, ORANGE] },
      },
    },
  })
}
