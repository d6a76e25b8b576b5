import type { EventData } from '@kiosk/contracts/events'
import type { Template } from './template.ts'

// Never by SMS: in a rush many SKUs run low at once.
export const stockLow: Template<EventData<'stock.low'>> = {
  name: 'stock_low',
  topic: 'staff',
  values: (stock, format) => ({
    sku: stock.sku,
    available: format.count(stock.available),
    threshold: format.count(stock.lowStockThreshold),
  }),
  texts: {
    en: {
      subject: 'Low stock: {{sku}}',
      text: `of {{sku}}, {{available}} are available; the threshold is {{threshold}}.`,
      html: `<p>of <b>{{sku}}</b>, {{available}} are available; the threshold is {{threshold}}.</p>`,
      sms: null,
    },
    de: {
      subject: 'Niedriger Bestand: {{sku}}',
      text: `von {{sku}} sind {{available}} verfügbar; die Schwelle ist {{threshold}}.`,
      html: `<p>von <b>{{sku}}</b> sind {{available}} verfügbar; die Schwelle ist {{threshold}}.</p>`,
      sms: null,
    },
  },
}
