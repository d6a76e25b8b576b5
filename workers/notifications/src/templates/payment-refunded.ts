import type { EventData } from '@kiosk/contracts/events'
import { paymentValues } from './payment-values.ts'
import type { Template } from './template.ts'

// The reason of a refund is a note of the staff, not meant for the customer.
export const paymentRefunded: Template<EventData<'payment.refunded'>> = {
  name: 'payment_refunded',
  topic: 'payments',
  values: (refund, format) => ({
    ...paymentValues(refund, format),
    refunded: format.money(refund.refunded),
    refundedSoFar: refund.fully ? null : format.money(refund.refundedTotal),
  }),
  texts: {
    en: {
      subject: 'We refunded {{refunded}} for order {{number}}',
      text: `we refunded {{refunded}} for order {{number}}. It may take a few days to arrive.
{{#refundedSoFar}}
That makes {{refundedSoFar}} of {{amount}} so far.
{{/refundedSoFar}}
{{url}}`,
      html: `<p>we refunded <b>{{refunded}}</b> for order <b>{{number}}</b>. It may take a few days to
arrive.</p>
{{#refundedSoFar}}
<p>That makes {{refundedSoFar}} of {{amount}} so far.</p>
{{/refundedSoFar}}
<p><a href="{{url}}">See the order</a></p>`,
      sms: '{{shop}}: we refunded {{refunded}} for order {{number}}. {{url}}',
    },
    de: {
      subject: 'Wir haben {{refunded}} für Bestellung {{number}} erstattet',
      text: `wir haben Ihnen {{refunded}} für Bestellung {{number}} erstattet. Bis das Geld ankommt,
können einige Tage vergehen.
{{#refundedSoFar}}
Damit sind {{refundedSoFar}} von {{amount}} erstattet.
{{/refundedSoFar}}
{{url}}`,
      html: `<p>wir haben Ihnen <b>{{refunded}}</b> für Bestellung <b>{{number}}</b> erstattet. Bis das Geld
ankommt, können einige Tage vergehen.</p>
{{#refundedSoFar}}
<p>Damit sind {{refundedSoFar}} von {{amount}} erstattet.</p>
{{/refundedSoFar}}
<p><a href="{{url}}">Zur Bestellung</a></p>`,
      sms: '{{shop}}: Wir haben {{refunded}} für Bestellung {{number}} erstattet. {{url}}',
    },
  },
}
