import type { Department, Section } from '../types.ts'

const cards: Section = {
  name: 'Gift Cards',
  slug: 'gift-cards',
  code: 'GFT',
  care: 'It never expires and may be spent in several parts.',
  facts: { brand: 'Kiosk' },
  products: [
    {
      name: 'Kiosk Gift Card',
      about: 'A present that always fits, printed on seed paper that grows into cornflowers.',
      detail: 'Spend it on anything in the shop, then plant it.',
      facts: { material: 'seed paper', delivery: 'by post' },
      options: { value: ['$25', '$50', '$100'] },
      surcharges: { $50: 2500, $100: 7500 },
      price: 2500,
      grams: 12,
    },
  ],
}

export const giftCards: Department = { name: 'Gifts', slug: 'gifts', sections: [cards] }
