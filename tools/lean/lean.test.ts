import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TEST_SECRETS } from '../../tests/support/secrets.ts'
import { buildWorkers, WORKERS } from '../build.ts'
import { startLean, type LeanKiosk } from './lean.ts'
import { isMigrated } from './migrated.ts'

let stateDir: string
let kiosk: LeanKiosk
const logged: string[] = []

beforeAll(async () => {
  await buildWorkers()
  stateDir = mkdtempSync(join(tmpdir(), 'kiosk-lean-'))
  const vars = { ...TEST_SECRETS, SCRYPT_COST: '1024', RATE_LIMITS: 'off' }
  const guests = [
    {
      name: 'guest',
      modules: true as const,
      script: 'export default { fetch: (request, env) => env.KIOSK.fetch(request) }',
      serviceBindings: { KIOSK: 'kiosk-gateway' },
      compatibilityDate: '2026-10-20',
      unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
    },
  ]
  kiosk = await startLean({ stateDir, vars, guests, onLog: (line) => logged.push(line) })
}, 120_000)

afterAll(async () => {
  await kiosk?.close()
  rmSync(stateDir, { recursive: true, force: true })
})

test('starts all Workers, migrated, with the secrets that were given', async () => {
  const answer = await fetch(new URL('/readyz', kiosk.url))
  expect(await answer.json()).toMatchObject({ status: 'ready' })
  expect(answer.status).toBe(200)
  const credentials = { email: TEST_SECRETS.ADMIN_EMAIL, password: TEST_SECRETS.ADMIN_PASSWORD }
  const login = await fetch(new URL('/v1/auth/login', kiosk.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(credentials),
  })
  expect(login.status).toBe(200)
})

test('serves the files of the gateway, though its socket leads past them', async () => {
  const answer = await fetch(new URL('/docs/swagger-ui.css', kiosk.url))
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toContain('text/css')
})

test('runs guests beside them, which may be bound to them', async () => {
  const url = await kiosk.miniflare.unsafeGetDirectURL('guest')
  expect((await fetch(new URL('/healthz', url))).status).toBe(200)
})

test('hands over what the Workers log', async () => {
  await fetch(new URL('/v1/products', kiosk.url))
  await expect.poll(() => logged.some((line) => line.includes('"service":"catalog"'))).toBe(true)
})

test('reaches every database by the binding of its owner', async () => {
  for (const worker of WORKERS.filter((name) => name !== 'gateway')) {
    const database = await kiosk.miniflare.getD1Database('DB', `kiosk-${worker}`)
    const { results } = await database.prepare('SELECT name FROM d1_migrations').all()
    expect(results.length).toBeGreaterThan(0)
  }
})

test('knows from the files whether they are migrated', () => {
  const migrations = join(stateDir, 'other-migrations')
  mkdirSync(join(migrations, 'orders'), { recursive: true })
  expect(isMigrated(stateDir)).toBe(true)
  expect(isMigrated(join(stateDir, 'nowhere'))).toBe(false)
  writeFileSync(join(migrations, 'orders', '0001_new.sql'), '')
  expect(isMigrated(stateDir, migrations)).toBe(false)
})
