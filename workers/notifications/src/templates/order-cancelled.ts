import type { EventData } from '@kiosk/contracts/events'
import type { CancelReason } from '@kiosk/contracts/events/order'
import type { Language } from '../domain/language.ts'
import { orderValues } from './order-values.ts'
import type { Template } from './template.ts'

const REASONS: Readonly<Record<Language, Readonly<Record<CancelReason, string>>>> = {
  en: {
    customer: 'You asked us to cancel it.',
    staff: 'Our team had to cancel it.',
    expired: 'It was not paid in time, so the items went back on sale.',
    out_of_stock: 'An item sold out before your payment reached us. We are sorry.',
  },
  de: {
    customer: 'Sie haben uns darum gebeten.',
    staff: 'Unser Team musste sie stornieren.',
    expired: 'Sie wurde nicht rechtzeitig bezahlt, deshalb haben wir die Artikel freigegeben.',
    out_of_stock: 'Ein Artikel war ausverkauft, bevor Ihre Zahlung ankam. Das tut uns leid.',
  },
}

export const orderCancelled: Template<EventData<'order.cancelled'>> = {
  name: 'order_cancelled',
  topic: 'orders',
  values: (order, format) => ({
    ...orderValues(order, format),
    reason: REASONS[format.language][order.reason],
  }),
  texts: {
    en: {
      subject: 'Your order {{number}} is cancelled',
      text: `your order {{number}} is cancelled. {{reason}}

{{> lines}}
Total: {{total}}

If you have paid, we refund all of it; that may take a few days to arrive.
{{url}}`,
      html: `<p>your order <b>{{number}}</b> is cancelled. {{reason}}</p>
{{> lines}}
<p>Total: <b>{{total}}</b></p>
<p>If you have paid, we refund all of it; that may take a few days to arrive.</p>
<p><a href="{{url}}">See the order</a></p>`,
      sms: '{{shop}}: order {{number}} is cancelled. {{reason}} What you have paid is refunded. {{url}}',
    },
    de: {
      subject: 'Ihre Bestellung {{number}} ist storniert',
      text: `Ihre Bestellung {{number}} ist storniert. {{reason}}

{{> lines}}
Summe: {{total}}

Haben Sie schon bezahlt, erstatten wir alles; das kann einige Tage dauern.
{{url}}`,
      html: `<p>Ihre Bestellung <b>{{number}}</b> ist storniert. {{reason}}</p>
{{> lines}}
<p>Summe: <b>{{total}}</b></p>
<p>Haben Sie schon bezahlt, erstatten wir alles; das kann einige Tage dauern.</p>
<p><a href="{{url}}">Zur Bestellung</a></p>`,
      sms:
        '{{shop}}: Bestellung {{number}} ist storniert. {{reason}} ' +
        'Gezahltes erstatten wir. {{url}}',
    },
  },
}
