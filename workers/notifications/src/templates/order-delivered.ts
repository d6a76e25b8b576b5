import type { EventData } from '@kiosk/contracts/events'
import { orderValues } from './order-values.ts'
import type { Template } from './template.ts'

export const orderDelivered: Template<EventData<'order.delivered'>> = {
  name: 'order_delivered',
  topic: 'orders',
  values: orderValues,
  texts: {
    en: {
      subject: 'Your order {{number}} has arrived',
      text: `your order {{number}} has been delivered. We hope you enjoy it:

{{> lines}}

If something is missing or broken, just answer this message.
{{url}}`,
      html: `<p>your order <b>{{number}}</b> has been delivered. We hope you enjoy it:</p>
{{> lines}}
<p>If something is missing or broken, just answer this message.</p>
<p><a href="{{url}}">See the order</a></p>`,
      sms: '{{shop}}: order {{number}} has been delivered. {{url}}',
    },
    de: {
      subject: 'Ihre Bestellung {{number}} ist angekommen',
      text: `Ihre Bestellung {{number}} wurde zugestellt. Wir wünschen viel Freude damit:

{{> lines}}

Fehlt etwas oder ist etwas beschädigt? Antworten Sie einfach auf diese Nachricht.
{{url}}`,
      html: `<p>Ihre Bestellung <b>{{number}}</b> wurde zugestellt. Wir wünschen viel Freude damit:</p>
{{> lines}}
<p>Fehlt etwas oder ist etwas beschädigt? Antworten Sie einfach auf diese Nachricht.</p>
<p><a href="{{url}}">Zur Bestellung</a></p>`,
      sms: '{{shop}}: Bestellung {{number}} wurde zugestellt. {{url}}',
    },
  },
}
