import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { migrate } from './migrate.ts'

// Each migrate starts a runtime.
vi.setConfig({ testTimeout: 60_000 })

let home: string

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'kiosk-migrate-'))
})
afterEach(() => {
  rmSync(home, { recursive: true })
})

test('applies each migration once, also those that come later', async () => {
  migration('orders', '0001_orders.sql', 'CREATE TABLE orders (id TEXT PRIMARY KEY) STRICT;')
  migration('users', '0001_users.sql', 'CREATE TABLE users (id TEXT PRIMARY KEY) STRICT;')
  expect(await apply()).toEqual(['orders/0001_orders.sql', 'users/0001_users.sql'])
  expect(await apply()).toEqual([])

  migration('orders', '0002_total.sql', 'ALTER TABLE orders ADD COLUMN total INTEGER;')
  expect(await apply()).toEqual(['orders/0002_total.sql'])
})

test('names the file and the mistake of a migration that does not apply, and applies none of it', async () => {
  migration('orders', '0001_orders.sql', 'CREATE TABLE good (id TEXT);\nCREAT TABLE bad (id TEXT);')
  await expect(apply()).rejects.toThrow(
    /migrations\/orders\/0001_orders\.sql does not apply: .*near "CREAT": syntax error/,
  )
  migration('orders', '0001_orders.sql', 'CREATE TABLE good (id TEXT);')
  expect(await apply()).toEqual(['orders/0001_orders.sql'])
})

test('refuses a state folder that has a migration which is not here', async () => {
  migration('orders', '0001_orders.sql', 'CREATE TABLE orders (id TEXT PRIMARY KEY) STRICT;')
  await apply()
  rmSync(join(home, 'migrations', 'orders', '0001_orders.sql'))
  await expect(apply()).rejects.toThrow(/made by another version: migrations\/orders\/0001_orders/)
})

async function apply(): Promise<string[]> {
  return await migrate(join(home, 'state'), join(home, 'migrations'))
}

function migration(database: string, file: string, sql: string): void {
  const folder = join(home, 'migrations', database)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, file), sql)
}
