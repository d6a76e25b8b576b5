import { join } from 'node:path'
import { buy, tokenOf, type Buying } from '../buying.ts'
import { productOf } from '../catalogue.ts'
import { openClient } from '../client.ts'
import { OrderWatch } from '../order-watch.ts'
import { signInBuyers } from '../people.ts'
import { type RunningShop, runShop } from '../running-shop.ts'
import { copyState, seededState } from '../seed.ts'
import { flashSubject } from '../subjects/flash.ts'
import { pagesOf } from '../subjects/pages.ts'
import { versions } from '../versions.ts'
import type { Backend, Page, RunningBackend } from './backend.ts'
import { inTurns } from './goods.ts'

/** Kiosk as its own benchmark runs it. */
export async function prepareKiosk(products: number, scratch: string): Promise<Backend> {
  const stateDir = join(scratch, 'kiosk')
  copyState(await seededState(products, false, () => {}), stateDir)
  const nextSku = inTurns(products)
  return {
    name: 'Kiosk',
    versions: versions(),
    async start(): Promise<RunningBackend> {
      const shop = await runShop(stateDir)
      const tokens = await signIn(shop)
      const watch = new OrderWatch(stateDir)
      const buyers: Omit<Buying, 'send'> = { watch, tokens, nextSku }
      return {
        url: shop.url,
        processes: [shop.host],
        headers: {},
        pages: pages(products),
        openTill(inFlight) {
          const client = openClient(shop.url, inFlight)
          const buying = { ...buyers, send: client.send }
          return {
            async buy(n) {
              const { processing: took, at } = await buy(buying, tokenOf(buying, n))
              return { took, at }
            },
            close: () => client.close(),
          }
        },
        flash: () => flashSubject(shop, buyers, productOf(0).sku).measure(),
        settle: () => shop.settle(),
        async stop() {
          watch.close()
          await shop.stop()
        },
      }
    },
  }
}

/** @throws when that fails, and then the shop does not run on */
async function signIn(shop: RunningShop): Promise<string[]> {
  const client = openClient(shop.url, 1)
  try {
    return await signInBuyers(client.send)
  } catch (error) {
    await shop.stop()
    throw error
  } finally {
    await client.close()
  }
}

function pages(products: number): Record<string, Page> {
  const { list, detail, search } = pagesOf(products)
  const all = {
    list: { questions: list, products: 20 },
    detail: { questions: detail, products: 1 },
    search: { questions: search, products: 1 },
  }
  const anew = Object.entries(all).map(([name, page]) => [
    `${name}, read anew`,
    { ...page, isAnew: true },
  ])
  return { ...all, ...(Object.fromEntries(anew) as Record<string, Page>) }
}
