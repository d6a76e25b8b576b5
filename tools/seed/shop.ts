import { clothing } from './data/clothing.ts'
import { electronics } from './data/electronics.ts'
import { giftCards } from './data/gift-cards.ts'
import { home } from './data/home.ts'
import { kitchen } from './data/kitchen.ts'
import { outdoors } from './data/outdoors.ts'
import { pantry } from './data/pantry.ts'
import { shoesAndBags } from './data/shoes-and-bags.ts'
import { stationeryAndPlay } from './data/stationery-and-play.ts'
import { expand } from './expand.ts'
import type { Department, SeedProduct } from './types.ts'

// Gift cards come last: their product is the sign that the seed is complete.
export const DEPARTMENTS: readonly Department[] = [
  clothing,
  shoesAndBags,
  home,
  kitchen,
  pantry,
  electronics,
  outdoors,
  stationeryAndPlay,
  giftCards,
]

export const PRODUCTS: readonly SeedProduct[] = DEPARTMENTS.flatMap((department) =>
  department.sections.flatMap(expand),
)

/** Created and stocked after every other product; readiness waits for it. */
export const LAST_SLUG = 'kiosk-gift-card'
