import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import getPort from 'get-port'
import { openClient } from '../client.ts'
import { emails } from '../people.ts'
import type { Backend, Page, RunningBackend } from './backend.ts'
import { runToEnd, startChild } from './children.ts'
import { asked, goods, inTurns } from './goods.ts'
import { install, logOf, PRODUCTION, versionIn } from './install.ts'
import { openPatientClient, READY_WITHIN_MS, tillOf, untilFamilyRests } from './peer.ts'
import { type Database, makeDatabase } from './postgres.ts'
import { answers } from './ready.ts'
import { PASSWORD, Vendure } from './vendure-api.ts'
import { flash } from './vendure-flash.ts'
import { csvOf } from './vendure-goods.ts'

/** Vendure with its products, and with customers who are signed in. */
export async function prepareVendure(
  products: number,
  scratch: string,
  binaries: string,
): Promise<Backend> {
  const folder = await install('vendure')
  const database = await makeDatabase(binaries, scratch, 'vendure')
  await seed(folder, database, products, scratch)
  const shop = await prepareShop(folder, database)
  await database.analyze()
  const nextSku = inTurns(products)
  return {
    name: 'Vendure',
    versions: { Vendure: versionIn(folder, '@vendure/core') },
    async start(): Promise<RunningBackend> {
      const running = await run(folder, database)
      // A customer has one cart.
      const idle = [...shop.tokens]
      return {
        ...running,
        headers: { 'content-type': 'application/json' },
        pages: pages(products),
        openTill: (inFlight) =>
          tillOf(idle, openPatientClient(running.url, inFlight), (send, token) =>
            new Vendure(running.url, send).buy(shop.variants.get(nextSku()) ?? '', token),
          ),
        flash: () => flash(running.url, [...shop.variants.values()][0] ?? '', running.settle),
      }
    },
  }
}

async function seed(folder: string, database: Database, products: number, scratch: string) {
  const file = join(scratch, 'vendure.csv')
  writeFileSync(file, csvOf(goods(products)))
  const running = await database.start()
  await runToEnd({
    file: process.execPath,
    args: ['seed.js', file],
    cwd: folder,
    env: environment(running.url, await getPort()),
    log: logOf('vendure-seed'),
  })
  await running.stop()
}

async function prepareShop(folder: string, database: Database) {
  const running = await run(folder, database)
  const client = openClient(running.url, 1)
  const vendure = new Vendure(running.url, client.send)
  const admin = await vendure.signInAdmin()
  const tokens: string[] = []
  for (const email of emails()) {
    await vendure.createCustomer(admin, email)
    tokens.push(await vendure.signIn(email))
  }
  // The worker has yet to put the products into the search index.
  while ((await vendure.unfinishedJobs(admin)) > 0) await sleep(1000)
  const variants = await vendure.variants()
  await client.close()
  await running.stop()
  return { tokens, variants }
}

/** The two processes that Vendure's own guide starts, and their database. */
async function run(folder: string, database: Database) {
  const running = await database.start()
  const port = await getPort()
  const url = `http://127.0.0.1:${port}`
  const [server, worker] = ['server', 'worker'].map((name) =>
    startChild({
      file: process.execPath,
      args: [`${name}.js`],
      cwd: folder,
      env: environment(running.url, port),
      log: logOf(`vendure-${name}`),
    }),
  )
  if (server === undefined || worker === undefined) throw new Error('two were started')
  await server.ready(() => answers(`${url}/shop-api?query={__typename}`), READY_WITHIN_MS)
  const processes = [server.pid, worker.pid, running.process.pid]
  return {
    url,
    processes,
    settle: () => untilFamilyRests(processes),
    async stop() {
      await Promise.all([server.stop(), worker.stop()])
      await running.stop()
    },
  }
}

function environment(databaseUrl: string, port: number) {
  return {
    ...PRODUCTION,
    PORT: String(port),
    DATABASE_URL: databaseUrl,
    SUPERADMIN: 'superadmin',
    SUPERADMIN_PASSWORD: PASSWORD,
    COOKIE_SECRET: 'kiosk-bench',
    VENDURE_DISABLE_TELEMETRY: 'true',
  }
}

/** What Vendure's storefronts ask: the search index for lists, the product for its page. */
function pages(products: number): Record<string, Page> {
  const question = (query: string, variables: unknown) => ({
    path: '/shop-api',
    body: { query, variables },
  })
  const { slugs, words } = asked(products)
  const search = (term?: string) => question(SEARCH, { input: { term, ...FIRST_PAGE } })
  return {
    list: { questions: [search()], products: 20 },
    detail: { questions: slugs.map((slug) => question(PRODUCT, { slug })), products: 1 },
    search: { questions: words.map(search), products: 1 },
  }
}

const FIRST_PAGE = { take: 20, groupByProduct: true }
const SEARCH = `query ($input: SearchInput!) {
  search(input: $input) {
    totalItems
    items {
      productId slug productName description sku inStock currencyCode
      productAsset { preview }
      priceWithTax { ... on SinglePrice { value } ... on PriceRange { min max } }
    }
  }
}`
const PRODUCT = `query ($slug: String!) {
  product(slug: $slug) {
    id slug name description
    assets { preview }
    variants { id sku name priceWithTax currencyCode stockLevel }
  }
}`
