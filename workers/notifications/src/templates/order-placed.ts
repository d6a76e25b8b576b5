import type { EventData } from '@kiosk/contracts/events'
import { orderValues } from './order-values.ts'
import type { Template } from './template.ts'

export const orderPlaced: Template<EventData<'order.placed'>> = {
  name: 'order_placed',
  topic: 'orders',
  values: (order, format) => ({
    ...orderValues(order, format),
    deadline: format.moment(order.expiresAt),
  }),
  texts: {
    en: {
      subject: 'We hold your order {{number}}',
      text: `thank you for your order {{number}}. We hold your items for you:

{{> lines}}
Total: {{total}}

Please pay until {{deadline}}. After that the items go back on sale.
{{url}}`,
      html: `<p>thank you for your order <b>{{number}}</b>. We hold your items for you:</p>
{{> lines}}
<p>Total: <b>{{total}}</b></p>
<p>Please pay until {{deadline}}. After that the items go back on sale.</p>
<p><a href="{{url}}">Pay for the order</a></p>`,
      sms: '{{shop}}: we hold order {{number}} ({{total}}). Please pay until {{deadline}}. {{url}}',
    },
    de: {
      subject: 'Ihre Bestellung {{number}} ist reserviert',
      text: `vielen Dank für Ihre Bestellung {{number}}. Wir haben die Artikel für Sie reserviert:

{{> lines}}
Summe: {{total}}

Bitte bezahlen Sie bis {{deadline}}. Danach geben wir die Artikel wieder frei.
{{url}}`,
      html: `<p>vielen Dank für Ihre Bestellung <b>{{number}}</b>. Wir haben die Artikel für Sie
reserviert:</p>
{{> lines}}
<p>Summe: <b>{{total}}</b></p>
<p>Bitte bezahlen Sie bis {{deadline}}. Danach geben wir die Artikel wieder frei.</p>
<p><a href="{{url}}">Bestellung bezahlen</a></p>`,
      sms:
        '{{shop}}: Bestellung {{number}} ({{total}}) ist reserviert. ' +
        'Bitte bezahlen Sie bis {{deadline}}. {{url}}',
    },
  },
}
