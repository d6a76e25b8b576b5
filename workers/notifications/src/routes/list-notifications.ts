import {
  CHANNELS,
  listNotifications,
  type NotificationView,
} from '@kiosk/contracts/http/notifications'
import { EventId, timeOfId } from '@kiosk/contracts/primitives/id'
import { toInstant } from '@kiosk/contracts/primitives/time'
import { principalOf } from '@kiosk/kit/app'
import { assert } from '@kiosk/kit/assert'
import { cutPage, decodeCursor } from '@kiosk/kit/cursor'
import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { listMessages, type Message } from '../store/messages.ts'

const Cursor = z.tuple([EventId, z.enum(CHANNELS)])

export const listMyNotifications = endpoint(listNotifications, async (c) => {
  const { limit, cursor, ...filter } = c.req.valid('query')
  const place = decodeCursor(cursor, Cursor)
  const before = place === null ? null : { eventId: place[0], channel: place[1] }
  const { id: recipient } = principalOf(c)
  const found = await listMessages(c.var.deps.db, { ...filter, recipient, before }, limit + 1)
  const { rows, nextCursor } = cutPage(found, limit, (row) => [row.eventId, row.channel])
  return c.json({ items: rows.map(toView), nextCursor }, 200)
})

function toView(message: Message): NotificationView {
  assert(message.status !== 'suppressed', 'muted messages are not listed')
  const view: NotificationView = {
    id: message.id,
    channel: message.channel,
    template: message.template,
    to: message.toAddress,
    text: message.text,
    status: message.status,
    // Of the event, by which they are in order: it may be recorded later than one that came after it.
    createdAt: toInstant(timeOfId(message.eventId)),
    ...(message.subject === null ? {} : { subject: message.subject }),
    ...(message.html === null ? {} : { html: message.html }),
    ...(message.orderId === null ? {} : { orderId: message.orderId }),
  }
  return view
}
