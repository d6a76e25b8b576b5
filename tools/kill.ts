import { setTimeout as sleep } from 'node:timers/promises'
import { runClient, type Memory } from './kill/clients.ts'
import { HELP, planRounds, readOptions, type Options } from './kill/options.ts'
import { playRound, type RoundResult } from './kill/rounds.ts'
import { Account } from './own-shop/account.ts'
import { readBooks } from './own-shop/books.ts'
import { clientOf } from './own-shop/http.ts'
import { abandonedUnits, judge } from './own-shop/judge.ts'
import type { OwnShop } from './own-shop/own-shop.ts'
import { runInOwnShop } from './own-shop/run.ts'
import { audit, registerAccounts, stockProduct } from './own-shop/shopkeeper.ts'
import { table } from './own-shop/table.ts'
import { step } from './step.ts'

// pnpm kill             kill -9 a Kiosk of its own while it sells; --help tells the options

const SKUS = 8
const UNITS = 900_000
const SETTLED_WITHIN_MS = 180_000
const LOOK_EVERY_MS = 2_000

async function kill(options: Options, shop: OwnShop): Promise<string[]> {
  const send = clientOf(shop.url, 4 * options.clients)
  const admin = Account.admin(send)
  const [people, skus] = await step('Shop', async ({ say }) => {
    shop.launch()
    await shop.open()
    const accounts = await registerAccounts(send, options.clients)
    const stocked = await Promise.all(
      Array.from({ length: SKUS }, () => stockProduct(admin, UNITS)),
    )
    say(`${shop.url}, seed ${options.seed}`)
    return [accounts, stocked]
  })

  const memory: Memory = { deals: [], faults: [], inFlight: 0, retries: 0, isClosing: false }
  const clients = people.map((account) => runClient(account, skus, memory))
  const rounds: RoundResult[] = []
  for (const round of planRounds(options)) {
    rounds.push(await step(`Kill ${round.number}`, (view) => play(round, shop, memory, view.say)))
  }
  await step('Last orders', async ({ say }) => {
    memory.isClosing = true
    await Promise.all(clients)
    say(`${memory.deals.length} orders, each paid; ${memory.retries} requests were sent again`)
  })
  const books = await step('Books', ({ say }) => balance(shop, memory, say))
  const violations = await step('Audit', async ({ say }) => {
    const found = await audit(admin)
    say(`${found.length} violations`)
    return found
  })
  console.log(`\n${table(HEADINGS, [...rounds.map(rowOf), totalOf(rounds, memory)])}\n`)
  return [
    ...memory.faults,
    ...rounds.flatMap(({ round, lost }) => lost.map((id) => `lost in kill ${round.number}: ${id}`)),
    ...books,
    ...violations,
  ]
}

async function play(
  round: Parameters<typeof playRound>[0],
  shop: OwnShop,
  memory: Memory,
  say: (facts: string) => void,
): Promise<RoundResult> {
  const result = await playRound(round, shop, memory)
  const seconds = (result.backAfterMs / 1000).toFixed(1)
  say(`${victimOf(result)}, ${result.inFlight} in flight, back after ${seconds} s`)
  return result
}

/** Waits until the books are as they must be, and says what is still wrong when they do not become so. */
async function balance(
  shop: OwnShop,
  { deals }: Memory,
  say: (facts: string) => void,
): Promise<string[]> {
  const deadline = Date.now() + SETTLED_WITHIN_MS
  for (;;) {
    const books = readBooks(shop.state)
    const faults = judge(books, deals)
    if (faults.length === 0 || Date.now() > deadline) {
      const sold = books.skus.reduce((units, sku) => units + UNITS - sku.onHand, 0)
      say(
        `${books.orders.length} orders, ${books.charges.size} charges, ${sold} units sold, ` +
          `${abandonedUnits(books)} held for nobody`,
      )
      return faults
    }
    await sleep(LOOK_EVERY_MS)
  }
}

const HEADINGS = [
  'kill',
  'victim',
  'after ms',
  'in flight',
  'orders before',
  'lost',
  'back after s',
]

function rowOf(result: RoundResult): (string | number)[] {
  const { round, inFlight, promised, lost, backAfterMs } = result
  const seconds = Math.round(backAfterMs / 1000)
  return [round.number, victimOf(result), round.afterMs, inFlight, promised, lost.length, seconds]
}

function totalOf(rounds: readonly RoundResult[], { deals }: Memory): (string | number)[] {
  const sum = (of: (result: RoundResult) => number) =>
    rounds.reduce((total, result) => total + of(result), 0)
  const inFlight = sum((result) => result.inFlight)
  const lost = sum((result) => result.lost.length)
  return ['all', '', '', inFlight, deals.length, lost, sum((r) => Math.round(r.backAfterMs / 1000))]
}

function victimOf({ round, killed }: RoundResult): string {
  const again = round.againAfterMs === undefined ? '' : ', again at start'
  return `${round.victim} (${killed})${again}`
}

const options = readOptions(process.argv.slice(2))
if (options === 'help') {
  console.log(HELP)
} else {
  const success = `${options.times} kills, and every promise was kept.`
  await runInOwnShop('kill', (shop) => kill(options, shop), success)
}
