import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DOCUMENTED_SERVICES } from '@kiosk/contracts/documents/openapi'
import { beforeAll, expect, it } from 'vitest'
import { ROOT } from '../../tools/build.ts'
import { startSystem, type System } from './harness.ts'

let system: System
beforeAll(async () => {
  system = await startSystem()
})

it.each([
  ['/openapi.json', 'docs/openapi/kiosk.json'],
  ...DOCUMENTED_SERVICES.map((name) => [`/openapi/${name}.json`, `docs/openapi/${name}.json`]),
  ['/asyncapi.json', 'docs/asyncapi.json'],
] as [string, string][])('%s is what %s says', async (path, file) => {
  const { status, body } = await system.api(path)
  expect(status).toBe(200)
  expect(body).toEqual(JSON.parse(readFileSync(join(ROOT, file), 'utf8')))
})

it('there is a page to read it all, and no document of what does not exist', async () => {
  const page = await system.api<string>('/docs')
  expect(page.body).toContain('<!doctype html>')
  expect((await system.api('/openapi/nobody.json')).status).toBe(404)
})

it('health and readiness are answered as documented', async () => {
  expect((await system.api('/healthz')).body).toEqual({ status: 'ok' })
  expect((await system.api('/readyz')).status).toBeOneOf([200, 503])
})
