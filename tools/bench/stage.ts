import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { audit } from '../own-shop/shopkeeper.ts'
import { step } from '../step.ts'
import type { Buying } from './buying.ts'
import { productOf, shuffled } from './catalogue.ts'
import { openClient } from './client.ts'
import { spin, type Noise } from './machine.ts'
import { measureRounds } from './measure.ts'
import type { Options } from './options.ts'
import { OrderWatch } from './order-watch.ts'
import { admin, signInBuyers } from './people.ts'
import { progressLine } from './progress.ts'
import type { Figures, Subject } from './result.ts'
import { runShop, type RunningShop } from './running-shop.ts'
import { copyState, seededState } from './seed.ts'
import { bundles } from './subjects/bundles.ts'
import { flashSubject } from './subjects/flash.ts'
import { measureGrowth } from './subjects/growth.ts'
import { orderSubjects } from './subjects/orders.ts'
import { helloSubjects, pageSubjects } from './subjects/pages.ts'
import { platformSubjects, setUpPlatform } from './subjects/platform.ts'
import { startSubject } from './subjects/start.ts'
import { memorySubject, startupSubject } from './subjects/startup.ts'

const IN_FLIGHT = [1, 8, 32]

/** Where the output is a file and not a screen, progress is a line each time. */
const LINES_MAX = 20

type Buyers = Omit<Buying, 'send'>

/** Puts up what is measured, measures it, and takes it down again. */
export async function measureAll(
  options: Options,
  scratch: string,
  figures: Figures,
): Promise<Noise[]> {
  const { products, manyProducts, parts } = options
  const seeds = await step('Shops', ({ say, progress }) => makeSeeds(options, say, progress))
  const newState = (seed: string): string => {
    const folder = mkdtempSync(join(scratch, 'state-'))
    copyState(seed, folder)
    return folder
  }
  const shops: RunningShop[] = []
  let watch: OrderWatch | undefined
  try {
    const shop = await step('Kiosk', async ({ say }) => {
      const started = await runShop(newState(seeds.few), true)
      shops.push(started)
      if (seeds.many !== null) shops.push(await runShop(newState(seeds.many)))
      await setUpPlatform(started)
      say(`${products}${manyProducts === 0 ? '' : ` and ${manyProducts}`} products`)
      return started
    })
    const [, many] = shops
    watch = new OrderWatch(shop.stateDir)
    const buyers = await buyersOf(shop, products, watch)
    const noise = await measureInRounds(
      options,
      {
        shops,
        subjects: [
          ...helloSubjects(shop, options.seconds),
          ...pageSubjects(shop, products, options.seconds),
          ...(many === undefined
            ? []
            : pageSubjects(many, manyProducts, options.seconds, ', many products')),
          ...platformSubjects(shop, IN_FLIGHT, options.seconds),
          ...orderSubjects(shop, buyers, IN_FLIGHT, options.seconds),
          flashSubject(shop, buyers, productOf(0).sku),
          startupSubject(() => newState(seeds.few)),
          bundles,
          startSubject(scratch),
        ],
        last: [memorySubject(shop)],
      },
      figures,
    )
    if (parts.includes('orders') || parts.includes('flash')) await expectInOrder(shop)
    if (options.orders > 0) await grow(shop, buyers, options.orders, figures)
    return noise
  } finally {
    watch?.close()
    await Promise.all(shops.map((shop) => shop.stop()))
  }
}

async function makeSeeds(
  { products, manyProducts, isFresh }: Options,
  say: (text: string) => void,
  progress: (text: string) => void,
) {
  const make = (count: number) => {
    const startedAt = Date.now()
    return seededState(count, isFresh, (done) => {
      if (process.stdout.isTTY || done % Math.ceil(count / LINES_MAX) === 0)
        progress(progressLine(done, count, 'products', Date.now() - startedAt))
    })
  }
  const few = await make(products)
  const many = manyProducts === 0 ? null : await make(manyProducts)
  say('seeded')
  return { few, many }
}

async function buyersOf(shop: RunningShop, products: number, watch: OrderWatch): Promise<Buyers> {
  const client = openClient(shop.url, 1)
  const tokens = await signInBuyers(client.send)
  await client.close()
  const skus = shuffled(products).map((n) => productOf(n).sku)
  let sold = 0
  return { watch, tokens, nextSku: () => skus[sold++ % skus.length] ?? '' }
}

function measureInRounds(
  { parts, rounds }: Options,
  { shops, subjects, last }: Record<'subjects' | 'last', Subject[]> & { shops: RunningShop[] },
  figures: Figures,
): Promise<Noise[]> {
  const isWanted = ({ part }: Subject) => parts.includes(part)
  const startedAt = Date.now()
  return step('Rounds', async ({ say, progress }) => {
    const noise = await measureRounds(
      {
        shops,
        subjects: subjects.filter(isWanted),
        last: last.filter(isWanted),
        count: rounds,
        spin,
        onTurn: (turn, done, total) =>
          progress(progressLine(done, total, turn, Date.now() - startedAt)),
      },
      figures,
    )
    say(`${rounds} of each`)
    return noise
  })
}

/** @throws when the shop that was measured is not right: what is wrong may be as fast as it likes */
function expectInOrder(shop: RunningShop): Promise<void> {
  return step('Audit', async ({ say }) => {
    const client = openClient(shop.url, 1)
    const violations = await audit(admin(client.send))
    await client.close()
    if (violations.length > 0) throw new Error(`the audit found:\n${violations.join('\n')}`)
    say('nothing is wrong with what was bought')
  })
}

function grow(shop: RunningShop, buyers: Buyers, orders: number, figures: Figures): Promise<void> {
  const startedAt = Date.now()
  return step('Growth', async ({ say, progress }) => {
    const report = (done: number): void =>
      progress(progressLine(done, orders, 'orders', Date.now() - startedAt))
    figures.add('growth', await measureGrowth(shop, buyers, orders, report))
    say(`${orders} orders`)
  })
}
