import { NotificationView, type TemplateName } from '@kiosk/contracts/http/notifications'
import { pageOf } from '@kiosk/contracts/primitives/page'
import type { Gateway } from '../gateway.ts'
import { eventually } from './eventually.ts'

const MAIL_WITHIN_MS = 30_000

/** Waits for a mail about an order in the customer's own mailbox, handed over to its provider. */
export async function waitForMail(
  customer: Gateway,
  template: TemplateName,
  orderId: string,
): Promise<NotificationView> {
  const mails = await eventually({
    expected: `a sent email "${template}" about ${orderId}`,
    withinMs: MAIL_WITHIN_MS,
    async look() {
      const path = `/v1/notifications?orderId=${orderId}&limit=100`
      const { items } = await customer.get(path, pageOf(NotificationView))
      return items.map((item) => ({ ...item, html: undefined }))
    },
    isIt: (items) => items.some(isTheMail),
  })
  const mail = mails.find(isTheMail)
  if (mail === undefined) throw new Error(`the mail "${template}" vanished`)
  return mail

  function isTheMail(item: NotificationView): boolean {
    return item.channel === 'email' && item.template === template && item.status === 'sent'
  }
}
