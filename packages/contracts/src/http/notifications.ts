import { z } from '@hono/zod-openapi'
import { NotificationId, OrderId } from '../primitives/id.ts'
import { PageQuery, pageOf } from '../primitives/page.ts'
import { Instant } from '../primitives/time.ts'
import { defineRoute, jsonAnswer, jsonBody } from './route.ts'

const tags: [string] = ['notifications']

export const CHANNELS = ['email', 'sms'] as const
export const Channel = z.enum(CHANNELS).openapi('NotificationChannel')
export type Channel = z.infer<typeof Channel>

/** Every message that the shop sends, by the name of its template. */
export const TEMPLATE_NAMES = [
  'order_placed',
  'order_confirmed',
  'order_shipped',
  'order_delivered',
  'order_cancelled',
  'payment_succeeded',
  'payment_failed',
  'payment_refunded',
  'welcome',
  'password_reset',
  'stock_low',
] as const
export const TemplateName = z.enum(TEMPLATE_NAMES).openapi('NotificationTemplate')
export type TemplateName = z.infer<typeof TemplateName>

/** A message to the person who asks. */
export const NotificationView = z
  .object({
    id: NotificationId,
    channel: Channel,
    template: TemplateName,
    to: z.string().openapi({ example: 'ada@example.com' }),
    subject: z.string().optional().openapi({ description: 'Of an email' }),
    text: z.string().openapi({ example: 'Thank you! We have your order 8Y9Z0-A1B2C.' }),
    html: z.string().optional().openapi({ description: 'Of an email' }),
    status: z
      .enum(['pending', 'sent', 'failed'])
      .openapi({ description: '`sent` once the provider has taken it' }),
    orderId: OrderId.optional(),
    createdAt: Instant.openapi({ description: 'When what it tells of happened' }),
  })
  .openapi('Notification')
export type NotificationView = z.infer<typeof NotificationView>

const Topics = z.object({
  orders: z.boolean().openapi({ description: 'Placed, confirmed, shipped, delivered, cancelled' }),
  payments: z.boolean().openapi({ description: 'Succeeded, failed, refunded' }),
})

/** What a person wants to hear, and how. Messages about the account itself are always sent. */
export const Preferences = z
  .object({
    email: Topics,
    sms: Topics.openapi({ description: 'Sent only where the profile has a phone number' }),
  })
  .openapi('NotificationPreferences')
export type Preferences = z.infer<typeof Preferences>

export const listNotifications = defineRoute({
  operationId: 'listNotifications',
  method: 'get',
  path: '/v1/notifications',
  tags,
  access: 'customer',
  summary: 'Messages sent to you, newest first',
  request: {
    query: PageQuery.extend({
      orderId: OrderId.optional().openapi({ description: 'Only about this order' }),
      channel: Channel.optional().openapi({ description: 'Only by this channel' }),
      template: TemplateName.optional().openapi({ description: 'Only of this kind' }),
    }),
  },
  responses: { 200: jsonAnswer('A page of messages', pageOf(NotificationView)) },
})

export const getPreferences = defineRoute({
  operationId: 'getNotificationPreferences',
  method: 'get',
  path: '/v1/notifications/preferences',
  tags,
  access: 'customer',
  summary: 'Which messages you get',
  responses: { 200: jsonAnswer('Your preferences', Preferences) },
})

export const putPreferences = defineRoute({
  operationId: 'putNotificationPreferences',
  method: 'put',
  path: '/v1/notifications/preferences',
  tags,
  access: 'customer',
  summary: 'Chooses which messages you get',
  request: { body: jsonBody(Preferences) },
  responses: { 200: jsonAnswer('Your preferences, as they are now', Preferences) },
})

/** Every public call that notifications answers. */
export const notificationsRoutes = [listNotifications, getPreferences, putPreferences] as const
