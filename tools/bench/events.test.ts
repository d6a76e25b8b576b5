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
  const outbox = 'CREATE TABLE outbox (seq, event);'
  const inbox = 'CREATE TABLE inbox (event_id, received_at);'
  make(
    'orders',
    `CREATE TABLE lapsed_holds (id); CREATE TABLE orders (timeline); ${outbox} ${inbox}`,
  )
  make('payments', `CREATE TABLE ledger_entries (id); ${outbox} ${inbox}`)
  make('users', `CREATE TABLE credentials (id); ${outbox}`)
  make('inventory', `CREATE TABLE stock_index (id); ${inbox}`)
  make('notifications', `CREATE TABLE messages (event_id, template, created_at, sent_at); ${inbox}`)
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

function say(worker: string, type: string, ms: number): void {
  const event = JSON.stringify({ id: eventAt(ms), type })
  make(worker, `INSERT INTO outbox VALUES (${ms}, '${event}')`)
}

function hear(worker: string, ms: number, at: number): void {
  make(worker, `INSERT INTO inbox VALUES ('${eventAt(ms)}', ${NOON + at})`)
}

test('finds how long each event was on its way, wherever its subscriber notes it', () => {
  say('payments', 'payment.succeeded', 10)
  say('orders', 'order.cancelled', 20)
  const entries = [{ at: NOON }, { at: NOON + 18, eventId: eventAt(10) }]
  make('orders', `INSERT INTO orders VALUES ('${JSON.stringify(entries)}')`)
  make('notifications', `INSERT INTO messages VALUES ('${eventAt(10)}', 'x', ${NOON + 30}, NULL)`)
  hear('notifications', 20, 25)
  hear('inventory', 20, 27)
  hear('payments', 20, 29)
  expect(hops()).toEqual({
    'payment.succeeded → orders': [8],
    'payment.succeeded → notifications': [20],
    'order.cancelled → notifications': [5],
    'order.cancelled → inventory': [7],
    'order.cancelled → payments': [9],
  })
})

test('leaves out what was said at another time', () => {
  for (const ms of [-1, 1000]) {
    say('payments', 'payment.succeeded', ms)
    hear('orders', ms, 2000)
  }
  expect(hops()).toEqual({})
})

test('follows a confirmation to its mail', () => {
  make(
    'notifications',
    `INSERT INTO messages VALUES
       ('${eventAt(0)}', 'order_confirmed', 0, ${NOON + 40}),
       ('${eventAt(1)}', 'order_confirmed', 0, NULL),
       ('${eventAt(2)}', 'order_placed', 0, ${NOON + 3})`,
  )
  expect(hops()).toEqual({ 'order.confirmed → mail handed over': [40] })
})

function hops() {
  return Object.fromEntries(
    readHops(stateDir, NOON, NOON + 1000).map(({ name, times }) => [name, times]),
  )
}
