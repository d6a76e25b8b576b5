import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import getPort from 'get-port'
import type { Send } from '../../own-shop/http.ts'
import { CUSTOMER_ADDRESS } from '../../seed/accounts.ts'
import { emails } from '../people.ts'
import type { Backend, Page, RunningBackend } from './backend.ts'
import { runToEnd, startChild } from './children.ts'
import { asked, goods, inTurns } from './goods.ts'
import { install, logOf, PRODUCTION, versionIn } from './install.ts'
import { openPatientClient, READY_WITHIN_MS, tillOf, untilFamilyRests } from './peer.ts'
import { type Database, makeDatabase } from './postgres.ts'
import { answers } from './ready.ts'

/** The command of Medusa's own `medusa start`. */
const MEDUSA = 'node_modules/@medusajs/cli/cli.js'

/** What the seed made. */
interface Made {
  readonly publishableKey: string
  readonly regionId: string
  readonly salesChannelId: string
  readonly shippingOptionId: string
  /** The id of each variant, by SKU. */
  readonly variants: Readonly<Record<string, string>>
}

/** Medusa with its products. Customers are guests: nothing of an order needs an account. */
export async function prepareMedusa(
  products: number,
  scratch: string,
  binaries: string,
): Promise<Backend> {
  const folder = await install('medusa')
  const database = await makeDatabase(binaries, scratch, 'medusa')
  const made = await seed(folder, database, products, scratch)
  await database.analyze()
  const nextSku = inTurns(products)
  // Medusa refuses two first orders of one guest at once.
  const idle = emails()
  const headers = { 'x-publishable-api-key': made.publishableKey }
  return {
    name: 'Medusa',
    versions: { Medusa: versionIn(folder, '@medusajs/medusa') },
    async start(): Promise<RunningBackend> {
      const running = await run(folder, database)
      return {
        ...running,
        headers,
        pages: pages(products, made),
        openTill: (inFlight) =>
          tillOf(idle, openPatientClient(running.url, inFlight), (send, email) =>
            buy((call) => send({ ...call, headers }), made, nextSku(), email),
          ),
      }
    },
  }
}

async function seed(
  folder: string,
  database: Database,
  products: number,
  scratch: string,
): Promise<Made> {
  const [goodsFile, madeFile] = [join(scratch, 'medusa.json'), join(scratch, 'medusa-made.json')]
  writeFileSync(goodsFile, JSON.stringify(goods(products)))
  const running = await database.start()
  for (const [name = '', ...args] of [['db:migrate'], ['exec', './seed.js', goodsFile, madeFile]]) {
    await runToEnd({
      file: process.execPath,
      args: [MEDUSA, name, ...args],
      cwd: folder,
      env: environment(running.url),
      log: logOf(`medusa-${name.replace(':', '-')}`),
    })
  }
  await running.stop()
  return JSON.parse(readFileSync(madeFile, 'utf8')) as Made
}

/** The one process that Medusa is unless it has a Redis, and its database. */
async function run(folder: string, database: Database) {
  const running = await database.start()
  const port = await getPort()
  const url = `http://127.0.0.1:${port}`
  const server = startChild({
    file: process.execPath,
    args: [MEDUSA, 'start', '-H', '127.0.0.1', '-p', String(port)],
    cwd: folder,
    env: environment(running.url),
    log: logOf('medusa-server'),
  })
  await server.ready(() => answers(`${url}/health`), READY_WITHIN_MS)
  const processes = [server.pid, running.process.pid]
  return {
    url,
    processes,
    settle: () => untilFamilyRests(processes),
    async stop() {
      await server.stop()
      await running.stop()
    },
  }
}

function environment(databaseUrl: string) {
  return {
    ...PRODUCTION,
    DATABASE_URL: databaseUrl,
    JWT_SECRET: 'kiosk-bench',
    COOKIE_SECRET: 'kiosk-bench',
    LOG_LEVEL: 'warn',
    MEDUSA_DISABLE_TELEMETRY: 'true',
  }
}

/** What a page of products shows, and no more of what Medusa would answer with. */
const FIELDS = [
  'id,title,handle,description,*images,variants.id,variants.sku',
  '*variants.calculated_price,+variants.inventory_quantity',
].join(',')

function pages(products: number, { regionId }: Made): Record<string, Page> {
  const question = (asked: Record<string, string>) =>
    `/store/products?${new URLSearchParams({ ...asked, region_id: regionId, fields: FIELDS })}`
  const { slugs, words } = asked(products)
  return {
    list: { questions: [question({ limit: '20' })], products: 20 },
    // There is no address by handle: Medusa's storefront asks for a list of one.
    detail: { questions: slugs.map((handle) => question({ handle })), products: 1 },
    search: { questions: words.map((q) => question({ q, limit: '20' })), products: 1 },
  }
}

/** The five requests that an order takes at least. @throws when one is refused */
async function buy(send: Send, made: Made, sku: string, email: string): Promise<void> {
  const cart = await ask(send, '/store/carts', {
    region_id: made.regionId,
    sales_channel_id: made.salesChannelId,
    email,
    shipping_address: ADDRESS,
    billing_address: ADDRESS,
    items: [{ variant_id: made.variants[sku], quantity: 1 }],
  })
  const cartPath = `/store/carts/${idIn(cart, 'cart')}`
  await ask(send, `${cartPath}/shipping-methods`, { option_id: made.shippingOptionId })
  const cartId = idIn(cart, 'cart')
  const collection = await ask(send, '/store/payment-collections', { cart_id: cartId })
  const sessions = `/store/payment-collections/${idIn(collection, 'payment_collection')}`
  await ask(send, `${sessions}/payment-sessions`, { provider_id: 'pp_capturing_default' })
  const completed = await ask(send, `${cartPath}/complete`, {})
  if (!isPaid(completed)) throw new Error(`an order was answered ${JSON.stringify(completed)}`)
}

/** Whether there is an order, and all of its money was captured: "authorized" is less than that. */
function isPaid({ type, order }: Record<string, unknown>): boolean {
  const { payment_collections: paid = [] } = (order ?? {}) as PaidOrder
  return type === 'order' && paid.length > 0 && paid.every(({ status }) => status === 'completed')
}

interface PaidOrder {
  readonly payment_collections?: readonly { readonly status: string }[]
}

async function ask(send: Send, path: string, body: unknown): Promise<Record<string, unknown>> {
  const answer = await send({ path, body })
  if (answer.status === 200 && answer.body !== undefined) return answer.body
  throw new Error(`${path} was answered ${answer.status} ${JSON.stringify(answer.body)}`)
}

function idIn(body: Record<string, unknown>, field: string): string {
  return (body[field] as { id: string }).id
}

const [FIRST_NAME, LAST_NAME] = CUSTOMER_ADDRESS.name.split(' ')
const ADDRESS = {
  first_name: FIRST_NAME,
  last_name: LAST_NAME,
  address_1: CUSTOMER_ADDRESS.line1,
  city: CUSTOMER_ADDRESS.city,
  province: CUSTOMER_ADDRESS.region,
  postal_code: CUSTOMER_ADDRESS.postalCode,
  country_code: CUSTOMER_ADDRESS.country.toLowerCase(),
}
