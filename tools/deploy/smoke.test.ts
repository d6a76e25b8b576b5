import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { smokeTest } from './smoke.ts'

type Answers = Readonly<Record<string, readonly [status: number, body: unknown]>>

const HEALTHY: Answers = {
  '/healthz': [200, { status: 'ok' }],
  '/readyz': [200, { status: 'ready' }],
  '/openapi.json': [200, { paths: { '/v1/products': {} } }],
  '/v1/auth/login': [401, { code: 'invalid_credentials' }],
}

async function shop(answers: Answers): Promise<string> {
  const server = createServer((request, response) => {
    const [status, body] = answers[request.url ?? ''] ?? [404, {}]
    response.writeHead(status).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const IMPATIENT = { withinMs: 50, everyMs: 10 }

it('is content with a shop that is ready and lets nobody in', async () => {
  const seen = await smokeTest(await shop(HEALTHY), IMPATIENT)
  expect(seen.at(-1)).toBe('development accounts cannot sign in')
})

it.each([
  ['is not ready', { '/readyz': [503, { status: 'not_ready' }] }, 'readyz answers 503'],
  ['describes nothing', { '/openapi.json': [200, { paths: {} }] }, 'describes no call'],
  [
    'knows the documented password',
    { '/v1/auth/login': [200, {}] },
    'Anybody can sign in as admin',
  ],
  ['cannot check a password', { '/v1/auth/login': [500, {}] }, 'login answers 500'],
] as const)('complains of a shop that %s', async (_, answers, complaint) => {
  const url = await shop({ ...HEALTHY, ...answers })
  await expect(smokeTest(url, IMPATIENT)).rejects.toThrow(complaint)
})

it('complains of an address where nobody answers', async () => {
  await expect(smokeTest('http://127.0.0.1:9', IMPATIENT)).rejects.toThrow('answers nothing')
})
