import type { EventData } from '@kiosk/contracts/events'
import { orderValues } from './order-values.ts'
import type { Template } from './template.ts'

export const orderShipped: Template<EventData<'order.shipped'>> = {
  name: 'order_shipped',
  topic: 'orders',
  values: (order, format) => ({
    ...orderValues(order, format),
    carrier: order.tracking?.carrier ?? null,
    trackingNumber: order.tracking?.number ?? null,
  }),
  texts: {
    en: {
      subject: 'Your order {{number}} is on its way',
      text: `your order {{number}} has left our warehouse:

{{> lines}}
{{#carrier}}

Carrier: {{carrier}}
Tracking number: {{trackingNumber}}
{{/carrier}}

It goes to:
{{> address}}
{{url}}`,
      html: `<p>your order <b>{{number}}</b> has left our warehouse:</p>
{{> lines}}
{{#carrier}}
<p>Carrier: {{carrier}}<br>Tracking number: <b>{{trackingNumber}}</b></p>
{{/carrier}}
<p>It goes to:</p>
{{> address}}
<p><a href="{{url}}">See the order</a></p>`,
      sms:
        '{{shop}}: order {{number}} is on its way' +
        '{{#carrier}} with {{carrier}}, {{trackingNumber}}{{/carrier}}. {{url}}',
    },
    de: {
      subject: 'Ihre Bestellung {{number}} ist unterwegs',
      text: `Ihre Bestellung {{number}} hat unser Lager verlassen:

{{> lines}}
{{#carrier}}

Versand mit: {{carrier}}
Sendungsnummer: {{trackingNumber}}
{{/carrier}}

Sie geht an:
{{> address}}
{{url}}`,
      html: `<p>Ihre Bestellung <b>{{number}}</b> hat unser Lager verlassen:</p>
{{> lines}}
{{#carrier}}
<p>Versand mit: {{carrier}}<br>Sendungsnummer: <b>{{trackingNumber}}</b></p>
{{/carrier}}
<p>Sie geht an:</p>
{{> address}}
<p><a href="{{url}}">Zur Bestellung</a></p>`,
      sms:
        '{{shop}}: Bestellung {{number}} ist unterwegs' +
        '{{#carrier}} mit {{carrier}}, {{trackingNumber}}{{/carrier}}. {{url}}',
    },
  },
}
