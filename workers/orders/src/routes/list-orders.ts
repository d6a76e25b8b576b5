import { listOrders as route } from '@kiosk/contracts/http/orders'
import { hasAccess } from '@kiosk/contracts/primitives/role'
import { principalOf } from '@kiosk/kit/app'
import { cutPage, decodeCursor } from '@kiosk/kit/cursor'
import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { listOrders } from '../store/order-store.ts'
import { viewOrder } from '../view.ts'

const Position = z.tuple([z.string().max(100)])

export const listOrdersRoute = endpoint(route, async (c) => {
  const { limit, cursor, status, customerId } = c.req.valid('query')
  const principal = principalOf(c)
  const isStaff = hasAccess(principal.role, 'staff')
  const filter = {
    customerId: isStaff ? customerId : principal.id,
    status,
    before: decodeCursor(cursor, Position)?.[0],
  }
  const found = await listOrders(c.var.deps.db, filter, limit + 1)
  const { rows, nextCursor } = cutPage(found, limit, (order) => [order.id])
  return c.json({ items: rows.map(viewOrder), nextCursor }, 200)
})
