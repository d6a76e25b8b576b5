import { expect, test } from 'vitest'
import { bindingsFor } from './bindings.ts'

const USERS = {
  service: 'users',
  development: {
    ADMIN_EMAIL: 'admin@kiosk.test',
    ADMIN_PASSWORD: 'known-to-all',
    SCRYPT_COST: '4',
  },
}
const OWN = {
  KEY_ENCRYPTION_KEY: 'a key of our own',
  ADMIN_EMAIL: 'admin@shop.com',
  ADMIN_PASSWORD: 'nobody else knows it',
}

test('fills in what nobody gives in development, and says so', () => {
  const { values, made, development } = bindingsFor(USERS, { mode: 'development', given: {} }, {})
  expect(values).toEqual({ ...USERS.development, ...made })
  expect(Object.keys(made)).toEqual(['KEY_ENCRYPTION_KEY'])
  expect(development).toContain('ADMIN_PASSWORD')
})

test('makes a secret up once: a new key could not open what the old one closed', () => {
  const settings = { mode: 'development', given: {} } as const
  const { made } = bindingsFor(USERS, settings, {})
  expect(bindingsFor(USERS, settings, made).values['KEY_ENCRYPTION_KEY']).toBe(
    made['KEY_ENCRYPTION_KEY'],
  )
})

test('takes what is given over what is made up', () => {
  const { values, made } = bindingsFor(USERS, { mode: 'development', given: OWN }, {})
  expect(values).toMatchObject(OWN)
  expect(made).toEqual({})
})

test('gives nothing of its own in production', () => {
  const { values } = bindingsFor(USERS, { mode: 'production', given: OWN }, {})
  expect(values).toEqual(OWN)
})

test.each([
  [{}, 'KEY_ENCRYPTION_KEY is missing'],
  [{ ...OWN, ADMIN_PASSWORD: 'known-to-all' }, 'ADMIN_PASSWORD is one of a shop for development'],
  [{ ...OWN, ADMIN_PASSWORD: 'too short' }, 'ADMIN_PASSWORD is shorter'],
  [{ ...OWN, ADMIN_EMAIL: 'me@kiosk.test' }, 'ADMIN_EMAIL is an address that nobody can have'],
])('does not start in production with %o', (given, why) => {
  expect(() => bindingsFor(USERS, { mode: 'production', given }, {})).toThrow(why)
})

test('starts a Worker that has no secrets anywhere', () => {
  const orders = { service: 'orders', development: {} }
  expect(bindingsFor(orders, { mode: 'production', given: {} }, {}).values).toEqual({})
})

test('does not insist on secrets of providers that are not used', () => {
  const notifications = { service: 'notifications', development: {} }
  expect(bindingsFor(notifications, { mode: 'production', given: {} }, {}).values).toEqual({})
})
