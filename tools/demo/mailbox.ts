import {
  type Kiosk,
  listNotifications,
  type Notification,
  type NotificationTemplate,
} from '@kiosk/client'
import { eventually } from './eventually.ts'

const MAIL_WITHIN_MS = 30_000

/** Waits for a mail about an order in the customer's own mailbox, handed over to its provider. */
export async function waitForMail(
  client: Kiosk,
  template: NotificationTemplate,
  orderId: string,
): Promise<Notification> {
  const mails = await eventually({
    expected: `a sent email "${template}" about ${orderId}`,
    withinMs: MAIL_WITHIN_MS,
    async look() {
      const { items } = await listNotifications({ client, query: { orderId, limit: 100 } })
      return items.map((item) => ({ ...item, html: undefined }))
    },
    isIt: (items) => items.some(isTheMail),
  })
  const mail = mails.find(isTheMail)
  if (mail === undefined) throw new Error(`the mail "${template}" vanished`)
  return mail

  function isTheMail(item: Notification): boolean {
    return item.channel === 'email' && item.template === template && item.status === 'sent'
  }
}
