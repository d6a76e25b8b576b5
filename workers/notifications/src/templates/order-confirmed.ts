import type { EventData } from '@kiosk/contracts/events'
import { orderValues } from './order-values.ts'
import type { Template } from './template.ts'

export const orderConfirmed: Template<EventData<'order.confirmed'>> = {
  name: 'order_confirmed',
  topic: 'orders',
  values: orderValues,
  texts: {
    en: {
      subject: 'Your order {{number}} is confirmed',
      text: `your order {{number}} is paid and confirmed. We are packing it:

{{> lines}}
Total: {{total}}

It goes to:
{{> address}}

We write again when it is on its way.
{{url}}`,
      html: `<p>your order <b>{{number}}</b> is paid and confirmed. We are packing it:</p>
{{> lines}}
<p>Total: <b>{{total}}</b></p>
<p>It goes to:</p>
{{> address}}
<p>We write again when it is on its way.</p>
<p><a href="{{url}}">See the order</a></p>`,
      sms: '{{shop}}: order {{number}} ({{total}}) is paid and confirmed. {{url}}',
    },
    de: {
      subject: 'Ihre Bestellung {{number}} ist bestätigt',
      text: `Ihre Bestellung {{number}} ist bezahlt und bestätigt. Wir packen sie gerade:

{{> lines}}
Summe: {{total}}

Sie geht an:
{{> address}}

Wir melden uns wieder, sobald sie unterwegs ist.
{{url}}`,
      html: `<p>Ihre Bestellung <b>{{number}}</b> ist bezahlt und bestätigt. Wir packen sie gerade:</p>
{{> lines}}
<p>Summe: <b>{{total}}</b></p>
<p>Sie geht an:</p>
{{> address}}
<p>Wir melden uns wieder, sobald sie unterwegs ist.</p>
<p><a href="{{url}}">Zur Bestellung</a></p>`,
      sms: '{{shop}}: Bestellung {{number}} ({{total}}) ist bezahlt und bestätigt. {{url}}',
    },
  },
}
