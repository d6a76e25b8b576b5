import { getOrderTimeline as route, type TimelineEntry } from '@kiosk/contracts/http/orders'
import { toInstant } from '@kiosk/contracts/primitives/time'
import { principalOf } from '@kiosk/kit/app'
import { endpoint } from '../endpoint.ts'
import { visibleOrder } from './access.ts'

export const getOrderTimelineRoute = endpoint(route, async (c) => {
  const order = await visibleOrder(c.var.deps, principalOf(c), c.req.valid('param').id)
  const items: TimelineEntry[] = order.timeline.map(({ at, type, actor, data }) => ({
    at: toInstant(at),
    type,
    actor,
    data,
  }))
  return c.json({ items }, 200)
})
