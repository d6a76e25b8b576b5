import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { D1_FOLDER } from './databases.ts'
import { OrderWatch } from './order-watch.ts'

let stateDir: string
let shop: DatabaseSync
let watch: OrderWatch

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'kiosk-watch-'))
  mkdirSync(join(stateDir, D1_FOLDER), { recursive: true })
  shop = new DatabaseSync(join(stateDir, D1_FOLDER, 'orders.sqlite'))
  shop.exec(`
    PRAGMA journal_mode = WAL;
    CREATE TABLE lapsed_holds (reservation_id TEXT);
    CREATE TABLE orders (id TEXT PRIMARY KEY, status TEXT NOT NULL);
    INSERT INTO orders VALUES ('a', 'pending'), ('b', 'pending');
  `)
  watch = new OrderWatch(stateDir)
})
afterEach(() => {
  watch.close()
  shop.close()
  rmSync(stateDir, { recursive: true })
})

function become(id: string, status: string): void {
  shop.prepare('UPDATE orders SET status = ? WHERE id = ?').run(status, id)
}

test('tells when each order is processing, whichever is first', async () => {
  const [a, b] = [watch.processing('a'), watch.processing('b')]
  become('b', 'processing')
  const second = await b
  become('a', 'processing')
  expect(await a).toBeGreaterThan(second)
})

test('tells of one that was already', async () => {
  become('a', 'processing')
  await expect(watch.processing('a')).resolves.toBeGreaterThan(0)
})

test('tells of one that was already while it waits for another', async () => {
  const waiting = watch.processing('a')
  become('b', 'processing')
  await watch.processing('b')
  become('b', 'shipped')
  await expect(watch.processing('b')).rejects.toThrow('order b became shipped')
  become('a', 'processing')
  await waiting
})

test('fails when an order becomes anything else', async () => {
  const waiting = watch.processing('a')
  become('a', 'cancelled')
  await expect(waiting).rejects.toThrow('order a became cancelled')
})
