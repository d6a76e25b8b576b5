import { HELP, nameOf, readOptions, type Options, type Sale } from './flash/options.ts'
import { runSale, type SaleRun } from './flash/sale.ts'
import { judgeBooks, judgeSale, percentile } from './flash/verdict.ts'
import { Account } from './own-shop/account.ts'
import { readBooks } from './own-shop/books.ts'
import { clientOf } from './own-shop/http.ts'
import type { OwnShop } from './own-shop/own-shop.ts'
import { runInOwnShop } from './own-shop/run.ts'
import { audit, registerAccounts, stockProduct } from './own-shop/shopkeeper.ts'
import { table } from './own-shop/table.ts'
import { step } from './step.ts'

// pnpm flash            a flash sale against a Kiosk of its own; --help tells the options

interface Result extends SaleRun {
  readonly sale: Sale
  readonly faults: readonly string[]
}

async function flash({ sales, accounts, sockets }: Options, shop: OwnShop): Promise<string[]> {
  await step('Shop', async ({ say }) => {
    shop.launch()
    await shop.open()
    say(shop.url)
  })
  const send = clientOf(shop.url, sockets)
  const admin = Account.admin(send)
  const people = await step('Buyers', async ({ say }) => {
    const registered = await registerAccounts(send, accounts)
    say(`${accounts} accounts, ${sockets} connections`)
    return registered
  })
  const results: Result[] = []
  for (const sale of sales) {
    results.push(await hold(sale, shop, admin, people))
  }
  const wrong = await step('Audit', async ({ say }) => {
    const violations = await audit(admin)
    say(`${violations.length} violations`)
    return violations
  })
  const books = await step('Books', async ({ say }) => {
    const read = readBooks(shop.state)
    say(`${read.orders.length} orders, ${read.payments.length} payments, ${read.skus.length} SKUs`)
    return judgeBooks(
      read,
      results.flatMap(({ buyers }) => buyers),
    )
  })
  console.log(`\n${table(HEADINGS, results.map(rowOf))}\n`)
  return [
    ...results.flatMap(({ sale, faults }) => faults.map((fault) => `${nameOf(sale)}: ${fault}`)),
    ...wrong,
    ...books.map((fault) => `books: ${fault}`),
  ]
}

function hold(
  sale: Sale,
  shop: OwnShop,
  admin: Account,
  people: readonly Account[],
): Promise<Result> {
  return step(`Sale: ${nameOf(sale)}`, async (view) => {
    const skus: string[] = []
    for (let n = 0; n < sale.skus; n++) skus.push(await stockProduct(admin, sale.units))
    const run = await runSale(sale, skus, people, shop, view)
    const perSecond = Math.round(sale.buyers / run.seconds)
    view.say(`${sale.buyers} buyers in ${run.seconds.toFixed(1)} s (${perSecond}/s)`)
    const faults = judgeSale(sale, skus, run.buyers, readBooks(shop.state))
    return { ...run, sale, faults }
  })
}

const HEADINGS = [
  'sale',
  'buyers',
  'units',
  'confirmed',
  'sold out',
  'other',
  'kills',
  'retries',
  'p50 ms',
  'p95 ms',
  'p99 ms',
  'result',
]

function rowOf({ sale, buyers, kills, faults }: Result): (string | number)[] {
  const ended = (end: string) => buyers.filter((buyer) => buyer.end === end).length
  const [confirmed, soldOut] = [ended('confirmed'), ended('sold out')]
  const requests = buyers.reduce((sum, { tries }) => sum + tries - 1, 0)
  const payments = buyers.filter(({ deal }) => deal !== undefined).length
  return [
    nameOf(sale),
    sale.buyers,
    sale.units,
    confirmed,
    soldOut,
    buyers.length - confirmed - soldOut,
    kills.length,
    requests - payments,
    ...[0.5, 0.95, 0.99].map((share) => percentile(buyers, share)),
    faults.length === 0 ? 'as promised' : 'BROKEN',
  ]
}

const options = readOptions(process.argv.slice(2))
if (options === 'help') {
  console.log(HELP)
} else {
  const count = options.sales.length === 1 ? 'The sale' : 'Every sale'
  await runInOwnShop('flash', (shop) => flash(options, shop), `${count} was as promised.`)
}
