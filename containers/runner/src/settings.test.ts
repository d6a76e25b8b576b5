import { expect, test } from 'vitest'
import { readSettings } from './settings.ts'

const OWN = { KIOSK_BROKER_PASSWORD: 'a-password-of-our-own' }

function noFile(path: string): string {
  throw new Error(`there is no ${path}`)
}

test('is for production unless told otherwise', () => {
  expect(readSettings(OWN, noFile)).toMatchObject({ mode: 'production', state: '/data' })
})

test.each([[{}], [{ KIOSK_BROKER_PASSWORD: 'kiosk-dev-password' }]])(
  'refuses the password of development in production: %o',
  (env) => {
    expect(() => readSettings(env, noFile)).toThrow('KIOSK_BROKER_PASSWORD')
    expect(readSettings({ ...env, KIOSK_MODE: 'development' }, noFile).broker.password).toBe(
      'kiosk-dev-password',
    )
  },
)

test('refuses a mode that there is not', () => {
  expect(() => readSettings({ ...OWN, KIOSK_MODE: 'staging' }, noFile)).toThrow('staging')
})

test('gives WORKER_X to the Worker as X, and nothing that is empty', () => {
  const env = { ...OWN, WORKER_RATE_LIMITS: 'off', WORKER_EMAIL_FROM: '', PATH: '/bin' }
  expect(readSettings(env, noFile).given).toEqual({ RATE_LIMITS: 'off' })
})

test('reads a value from the file that is named for it', () => {
  const env = { WORKER_KEY_FILE: '/run/secrets/key', KIOSK_BROKER_PASSWORD_FILE: '/broker' }
  const settings = readSettings(env, (path) => `text of ${path}\n`)
  expect(settings.given).toEqual({ KEY: 'text of /run/secrets/key' })
  expect(settings.broker.password).toBe('text of /broker')
})

test('says which file cannot be read', () => {
  expect(() => readSettings({ ...OWN, WORKER_KEY_FILE: '/nowhere' }, noFile)).toThrow('/nowhere')
})
