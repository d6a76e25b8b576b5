import type { EventData } from '@kiosk/contracts/events'
import { paymentValues } from './payment-values.ts'
import type { Template } from './template.ts'

export const paymentSucceeded: Template<EventData<'payment.succeeded'>> = {
  name: 'payment_succeeded',
  topic: 'payments',
  values: paymentValues,
  texts: {
    en: {
      subject: 'We received your payment for order {{number}}',
      text: `we received your payment of {{amount}} for order {{number}}. Thank you!
{{url}}`,
      html: `<p>we received your payment of <b>{{amount}}</b> for order <b>{{number}}</b>. Thank you!</p>
<p><a href="{{url}}">See the order</a></p>`,
      sms: '{{shop}}: we received your payment of {{amount}} for order {{number}}. {{url}}',
    },
    de: {
      subject: 'Ihre Zahlung für Bestellung {{number}} ist eingegangen',
      text: `Ihre Zahlung von {{amount}} für Bestellung {{number}} ist eingegangen. Vielen Dank!
{{url}}`,
      html: `<p>Ihre Zahlung von <b>{{amount}}</b> für Bestellung <b>{{number}}</b> ist eingegangen.
Vielen Dank!</p>
<p><a href="{{url}}">Zur Bestellung</a></p>`,
      sms: '{{shop}}: Ihre Zahlung von {{amount}} für Bestellung {{number}} ist eingegangen. {{url}}',
    },
  },
}
