import { setTimeout as sleep } from 'node:timers/promises'
import type { Account } from '../own-shop/account.ts'
import type { OwnShop } from '../own-shop/own-shop.ts'
import type { Lines } from '../own-shop/shopkeeper.ts'
import type { StepView } from '../step.ts'
import { buy, type Buyer, type Progress } from './buyer.ts'
import type { Sale } from './options.ts'

const TELL_EVERY_MS = process.stdout.isTTY ? 500 : 5_000
const LOOK_EVERY_MS = 50

export interface SaleRun {
  readonly buyers: readonly Buyer[]
  readonly seconds: number
  readonly kills: readonly string[]
}

/** Lets all buyers in at once, and waits until each has its answer. */
export async function runSale(
  sale: Sale,
  skus: readonly string[],
  accounts: readonly Account[],
  shop: OwnShop,
  { progress: tell }: StepView,
): Promise<SaleRun> {
  const startedAt = Date.now()
  const progress: Progress = { answered: 0, confirmed: 0 }
  const kills: string[] = []
  const told = setInterval(() => {
    const seconds = (Date.now() - startedAt) / 1000
    const perSecond = Math.round(progress.answered / seconds)
    tell(
      `${seconds.toFixed(0)} s: ${progress.answered} of ${sale.buyers} answered ` +
        `(${perSecond}/s), ${progress.confirmed} confirmed` +
        (kills.length === 0 ? '' : `, ${kills.length} kills`),
    )
  }, TELL_EVERY_MS)
  const crowd = Promise.all(
    Array.from({ length: sale.buyers }, (_, n) => {
      const account = accounts[n % accounts.length]
      if (account === undefined) throw new Error('there are no accounts')
      return buy(account, basket(n, sale.lines, skus), progress)
    }),
  )
  try {
    const breaking = sale.crashes ? breakShop(shop, sale, progress, kills) : undefined
    const buyers = await crowd
    await breaking
    return { buyers, seconds: (Date.now() - startedAt) / 1000, kills }
  } finally {
    clearInterval(told)
  }
}

/** One unit each of some SKUs: every buyer begins with another one, and half of them go backwards. */
export function basket(n: number, lines: number, skus: readonly string[]): Lines {
  const order = n % 2 === 0 ? skus : skus.toReversed()
  const from = Math.floor(n / 2) % skus.length
  const turned = [...order.slice(from), ...order.slice(0, from)]
  return turned.slice(0, lines).map((sku) => ({ sku, quantity: 1 }))
}

/** Kills at fixed points of the sale, so that it is the same in every run; what it hits is chance. */
async function breakShop(
  shop: OwnShop,
  { buyers }: Sale,
  progress: Progress,
  kills: string[],
): Promise<void> {
  for (const [share, victim] of [
    [0, 'workerd'],
    [0.02, 'workerd'],
    [0.3, 'everything'],
  ] as const) {
    while (progress.answered <= share * buyers) {
      if (progress.answered === buyers) return
      await sleep(LOOK_EVERY_MS)
    }
    if (shop.kill(victim) === 0) throw new Error(`there was no ${victim} to kill`)
    kills.push(victim)
    if (victim === 'everything') {
      shop.launch()
      await shop.open()
    } else {
      // The next one may only hit a shop that answers again.
      const answered = progress.answered
      while (progress.answered === answered) await sleep(LOOK_EVERY_MS)
    }
  }
}
