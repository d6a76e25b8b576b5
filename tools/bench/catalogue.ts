/** What is sent to `POST /v1/products`, but for the category, whose id the catalog chooses. */
export interface BenchProduct {
  readonly sku: string
  readonly slug: string
  readonly name: string
  readonly description: string
  readonly category: string
  readonly attributes: Readonly<Record<string, string>>
  readonly priceMinor: number
}

/** Raised when the products change, so that no shop that was seeded with others is used. */
export const CATALOGUE_VERSION = 1

/** How many products share a model name: a search for one finds so many in a shop of any size. */
const MODEL_SIZE = 4

/**
 * A product of the benchmark's shop: the same for the same number, in every run. Its words are as common as
 * in a real one: few products share a model name, one in 48 is a shirt, one in 12 is made of wool.
 */
export function productOf(n: number): BenchProduct {
  const [noun, category] = pick(NOUNS, n, 1)
  const material = pick(MATERIALS, n, 2)
  const colour = pick(COLOURS, n, 3)
  const use = pick(USES, n, 4)
  const number = String(n).padStart(6, '0')
  return {
    sku: `BENCH-${number}`,
    slug: `${noun}-${number}`.toLowerCase(),
    name: `${modelOf(n)} ${material} ${noun}`,
    description:
      `A ${colour.toLowerCase()} ${noun.toLowerCase()} made for ${use}. ` +
      `${pick(QUALITIES, n, 5)} ${pick(CARES, n, 6)}`,
    category,
    attributes: { material, colour, origin: pick(ORIGINS, n, 7) },
    priceMinor: 500 + (mix(n, 8) % 40_000),
  }
}

export const CATEGORIES: readonly string[] = ['Clothing', 'Kitchen', 'Home', 'Outdoors']

/** Searches of people who know what they want: by model name, and by material and kind, in turns. */
export function searches(products: number, count: number): string[] {
  return Array.from({ length: count }, (_, n) => {
    const wanted = mix(n, 9) % products
    const { attributes, name } = productOf(wanted)
    return n % 2 === 0 ? modelOf(wanted) : `${attributes['material']} ${name.split(' ').at(-1)}`
  })
}

/** Searches of people who look around: one word that many products have. */
export function broadSearches(count: number): string[] {
  return Array.from({ length: count }, (_, n) => pick(NOUNS, n, 10)[0])
}

/** Numbers of products in an order that has no pattern, the same in every run. */
export function shuffled(products: number): number[] {
  return Array.from({ length: products }, (_, n) => n).toSorted(
    (a, b) => mix(a, 11) - mix(b, 11) || a - b,
  )
}

function modelOf(n: number): string {
  const model = Math.floor(n / MODEL_SIZE)
  const syllables = [model % 32, Math.floor(model / 32) % 32, Math.floor(model / 1024) % 32]
  const word = syllables.map((index) => SYLLABLES[index]).join('')
  return word.charAt(0).toUpperCase() + word.slice(1)
}

function pick<T>(list: readonly T[], n: number, salt: number): T {
  const item = list[mix(n, salt) % list.length]
  if (item === undefined) throw new Error('there is nothing to pick from')
  return item
}

/** A number without a pattern, from 0 to 2^32 − 1: murmur3's finalizer. */
function mix(n: number, salt: number): number {
  let hash = Math.imul(n + 1, 0x9e3779b1) ^ Math.imul(salt, 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

// 32 of two letters: no model name is the beginning of another, which a search would find, too.
const SYLLABLES =
  'ba be bi bo bu da de di do du fa fe fi fo fu ka ke ki ko ku la le li lo lu ma me mi mo mu na ne'.split(
    ' ',
  )

const KINDS: Readonly<Record<string, string>> = {
  Clothing: 'Shirt Jacket Scarf Sweater Coat Dress Vest Cardigan Hoodie Skirt Apron Socks',
  Kitchen: 'Kettle Teapot Skillet Mug Bowl Plate Carafe Grater Whisk Ladle Tray Canister',
  Home: 'Lamp Cushion Blanket Rug Vase Mirror Shelf Stool Clock Curtain Basket Candle',
  Outdoors: 'Tent Backpack Lantern Hammock Flask Compass Tarp Axe Stove Canteen Poncho Whistle',
}
const NOUNS = Object.entries(KINDS).flatMap(([category, nouns]) =>
  nouns.split(' ').map((noun) => [noun, category] as const),
)
const MATERIALS =
  'Linen Wool Cotton Leather Oak Steel Copper Glass Ceramic Bamboo Canvas Cork'.split(' ')
const COLOURS = 'Indigo Crimson Ochre Ivory Charcoal Teal Olive Amber Slate Plum'.split(' ')
const ORIGINS = ['Portugal', 'Japan', 'Denmark', 'Peru', 'Italy', 'India', 'Canada', 'Kenya']
const USES = [
  'long winters',
  'small kitchens',
  'daily travel',
  'quiet evenings',
  'a first home',
  'wet weather',
]
const QUALITIES = [
  'Every seam is sewn twice and every edge is finished by hand.',
  'It is built to be repaired, and spare parts are sold for ten years.',
  'The surface grows darker with use, which most people like.',
  'Each piece is checked before it leaves the workshop.',
]
const CARES = [
  'Wipe it with a damp cloth and let it dry in the shade.',
  'Wash it cold, with like colours, and do not tumble it dry.',
  'Oil it once a year, and keep it away from direct heat.',
]
