import { createHash } from 'node:crypto'
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pMap from 'p-map'
import { ROOT } from '../build.ts'
import type { Account } from '../own-shop/account.ts'
import { type BenchProduct, CATALOGUE_VERSION, CATEGORIES, productOf } from './catalogue.ts'
import { openClient } from './client.ts'
import { admin, registerBuyers } from './people.ts'
import { runShop } from './running-shop.ts'

const CONCURRENCY = 16
/** Never sold out, however long is measured. */
export const PLENTY = 10_000_000
const SEEDS = join(ROOT, '.kiosk/bench')
const SCHEMAS = ['migrations/*/*.sql', 'workers/*/src/objects/*-schema.ts']

/**
 * A state folder with a shop of so many products and their stock, made through the public API. It is kept
 * for the next run: what is deployed meets data of earlier versions, too. New migrations make a new one.
 */
export async function seededState(
  products: number,
  isFresh: boolean,
  report: (done: number) => void,
): Promise<string> {
  const family = `seed-${products}-`
  const folder = join(SEEDS, `${family}${versionOfData()}`)
  if (existsSync(folder) && !isFresh) return folder
  const draft = `${folder}.new`
  for (const old of globSync(`${family}*`, { cwd: SEEDS })) {
    rmSync(join(SEEDS, old), { recursive: true, force: true })
  }
  mkdirSync(draft, { recursive: true })
  const shop = await runShop(draft)
  const client = openClient(shop.url, CONCURRENCY)
  try {
    await registerBuyers(client.send)
    await createProducts(admin(client.send), products, report)
    await shop.settle()
  } finally {
    await client.close()
    await shop.stop()
  }
  compact(draft)
  renameSync(draft, folder)
  return folder
}

/** A copy to run a shop on. */
export function copyState(from: string, to: string): void {
  cpSync(from, to, { recursive: true })
}

/** Writes what lies in the logs of the databases into them: a third of the size, of 100,000 files. */
function compact(folder: string): void {
  for (const file of globSync('v3/**/*.sqlite', { cwd: folder })) {
    const database = new DatabaseSync(join(folder, file))
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    database.close()
  }
}

async function createProducts(
  staff: Account,
  products: number,
  report: (done: number) => void,
): Promise<void> {
  const categoryIds = new Map<string, string>()
  for (const name of CATEGORIES) {
    const { id } = await staff.get({ path: '/v1/categories', body: { name } }, 201)
    categoryIds.set(name, String(id))
  }
  let done = 0
  await pMap(
    Array.from({ length: products }, (_, n) => productOf(n)),
    async (product) => {
      await staff.get({ path: '/v1/products', body: requestOf(product, categoryIds) }, 201)
      await setStock(staff, product.sku, PLENTY)
      report((done += 1))
    },
    { concurrency: CONCURRENCY },
  )
}

export async function setStock(staff: Account, sku: string, onHand: number): Promise<void> {
  const body = { onHand, lowStockThreshold: 0 }
  await staff.get({ method: 'PUT', path: `/v1/inventory/${sku}`, body })
}

export function requestOf(product: BenchProduct, categoryIds: ReadonlyMap<string, string>) {
  const { sku, priceMinor, category, ...rest } = product
  const categoryId = categoryIds.get(category)
  return {
    ...rest,
    status: 'published',
    categoryIds: categoryId === undefined ? [] : [categoryId],
    images: [{ url: `https://images.kiosk.example/${product.slug}.jpg`, alt: product.name }],
    variants: [{ sku, options: {}, price: { amountMinor: priceMinor, currency: 'USD' } }],
  }
}

function versionOfData(): string {
  const hash = createHash('sha256').update(String(CATALOGUE_VERSION))
  for (const file of globSync(SCHEMAS, { cwd: ROOT }).toSorted()) {
    hash.update(readFileSync(join(ROOT, file)))
  }
  return hash.digest('hex').slice(0, 12)
}
