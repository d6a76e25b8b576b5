import type { EventData } from '@kiosk/contracts/events'
import { paymentValues } from './payment-values.ts'
import type { Template } from './template.ts'

// The provider's failure code is not told: banks rarely say why, and what they say is no help to the payer.
export const paymentFailed: Template<EventData<'payment.failed'>> = {
  name: 'payment_failed',
  topic: 'payments',
  values: paymentValues,
  texts: {
    en: {
      subject: 'Your payment for order {{number}} did not go through',
      text: `your payment of {{amount}} for order {{number}} did not go through. Nothing was charged.

While we hold your items you can try again, with another card if you like:
{{url}}`,
      html: `<p>your payment of <b>{{amount}}</b> for order <b>{{number}}</b> did not go through. Nothing was
charged.</p>
<p>While we hold your items you can try again, with another card if you like.</p>
<p><a href="{{url}}">Try again</a></p>`,
      sms:
        '{{shop}}: your payment of {{amount}} for order {{number}} did not go through. ' +
        'Try again: {{url}}',
    },
    de: {
      subject: 'Ihre Zahlung für Bestellung {{number}} hat nicht geklappt',
      text: `Ihre Zahlung von {{amount}} für Bestellung {{number}} hat nicht geklappt. Es wurde nichts
abgebucht.

Solange wir die Artikel reservieren, können Sie es erneut versuchen, auch mit einer anderen Karte:
{{url}}`,
      html: `<p>Ihre Zahlung von <b>{{amount}}</b> für Bestellung <b>{{number}}</b> hat nicht geklappt. Es wurde
nichts abgebucht.</p>
<p>Solange wir die Artikel reservieren, können Sie es erneut versuchen, auch mit einer anderen Karte.</p>
<p><a href="{{url}}">Erneut versuchen</a></p>`,
      sms:
        '{{shop}}: Ihre Zahlung von {{amount}} für Bestellung {{number}} hat nicht geklappt. ' +
        'Erneut versuchen: {{url}}',
    },
  },
}
