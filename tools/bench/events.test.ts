import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { idFloor } from '@kiosk/kit/ids'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { D1_FOLDER } from './databases.ts'
import { readHops } from './events.ts'

const NOON = Date.parse('2026-01-01T12:00:00.000Z')

let stateDir: string

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'kiosk-hops-'))
  mkdirSync(join(stateDir, D1_FOLDER), { recursive: true })
  const outbox = 'CREATE TABLE outbox (event_id, destination, event, published_at);'
  const inbox = 'CREATE TABLE inbox (event_id, received_at);'
  make('orders', `CREATE TABLE order_lines (id); ${outbox} ${inbox}`)
  make('payments', `CREATE TABLE ledger_entries (id); ${outbox} ${inbox}`)
  make('users', `CREATE TABLE credentials (id); ${outbox}`)
  make('catalog', `CREATE TABLE products (id); ${inbox}`)
  make('notifications', `CREATE TABLE messages (event_id, template, sent_at); ${inbox}`)
})
afterEach(() => {
  rmSync(stateDir, { recursive: true })
})

function make(name: string, sql: string): void {
  const database = new DatabaseSync(join(stateDir, D1_FOLDER, `${name}.sqlite`))
  database.exec(sql)
  database.close()
}

/** The id of an event that was said so long after noon, ms. */
function eventAt(ms: number): string {
  return idFloor('event', NOON + ms)
}

const PAID = `'{"type":"payment.succeeded"}'`

test('finds how long each event was on its way, to each of its subscribers', () => {
  make(
    'payments',
    `INSERT INTO outbox VALUES
       ('${eventAt(10)}', 'orders', ${PAID}, ${NOON + 14}),
       ('${eventAt(10)}', 'notifications', ${PAID}, ${NOON + 15}),
       ('${eventAt(20)}', 'orders', ${PAID}, ${NOON + 21})`,
  )
  make('orders', `INSERT INTO inbox VALUES ('${eventAt(10)}', ${NOON + 18})`)
  make('notifications', `INSERT INTO inbox VALUES ('${eventAt(10)}', ${NOON + 30})`)
  expect(hops()).toEqual({
    'payment.succeeded → orders': { sent: [4, 1], taken: [8] },
    'payment.succeeded → notifications': { sent: [5], taken: [20] },
  })
})

test('leaves out what was said at another time', () => {
  make('payments', `INSERT INTO outbox VALUES ('${eventAt(-1)}', 'orders', ${PAID}, ${NOON})`)
  make('payments', `INSERT INTO outbox VALUES ('${eventAt(1000)}', 'orders', ${PAID}, ${NOON})`)
  expect(hops()).toEqual({})
})

test('knows that what the catalog hears comes from the stock', () => {
  make('catalog', `INSERT INTO inbox VALUES ('${eventAt(0)}', ${NOON + 7})`)
  expect(hops()).toEqual({ 'stock.changed → catalog': { sent: [], taken: [7] } })
})

test('follows a confirmation to its mail', () => {
  make(
    'notifications',
    `INSERT INTO messages VALUES
       ('${eventAt(0)}', 'order_confirmed', ${NOON + 40}),
       ('${eventAt(1)}', 'order_confirmed', NULL),
       ('${eventAt(2)}', 'order_placed', ${NOON + 3})`,
  )
  expect(hops()).toEqual({ 'order.confirmed → mail handed over': { sent: [], taken: [40] } })
})

function hops() {
  return Object.fromEntries(
    readHops(stateDir, NOON, NOON + 1000).map(({ name, ...times }) => [name, times]),
  )
}
