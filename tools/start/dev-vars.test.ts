import { appendFileSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readDevVars, writeDevVars } from './dev-vars.ts'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kiosk-vars-'))
  for (const worker of ['users', 'payments', 'catalog']) {
    mkdirSync(join(root, 'workers', worker), { recursive: true })
  }
})
afterEach(() => {
  rmSync(root, { recursive: true })
})

test('makes random secrets that only their owner may read', () => {
  writeDevVars('on', root)
  expect(readDevVars('users', root)['KEY_ENCRYPTION_KEY']).toMatch(/^[A-Za-z0-9_-]{43}$/)
  expect(readDevVars('payments', root)['SIMULATED_WEBHOOK_SECRET']).toMatch(/^whsec_.{44}$/)
  expect(statSync(join(root, 'workers/users/.dev.vars')).mode & 0o777).toBe(0o600)
})

test('keeps what is already there, and adds what is missing', () => {
  writeDevVars('on', root)
  const before = readDevVars('users', root)
  appendFileSync(join(root, 'workers/users/.dev.vars'), 'ADMIN_PASSWORD="my own"\n')
  appendFileSync(join(root, 'workers/payments/.dev.vars'), 'MINE=1\n')
  writeDevVars('on', root)
  expect(readDevVars('users', root)).toEqual({ ...before, ADMIN_PASSWORD: 'my own' })
  expect(readDevVars('payments', root)).toMatchObject({ MINE: '1' })
})

test('tells the catalog to wait for the seed only where there is one', () => {
  writeDevVars('on', root)
  expect(readDevVars('catalog', root)['SEED_LAST_SLUG']).toBe('kiosk-gift-card')
  writeDevVars('off', root)
  expect(readDevVars('catalog', root)['SEED_LAST_SLUG']).toBe('')
  writeDevVars('as it is', root)
  expect(readDevVars('catalog', root)['SEED_LAST_SLUG']).toBe('')
})
