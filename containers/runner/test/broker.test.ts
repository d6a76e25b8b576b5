import { exec } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { newState, run, type Heard, type Running } from './shop.ts'

// Needs a broker: `pnpm containers broker` starts one and runs this. It is no part of `pnpm test`.

const execute = promisify(exec)
const ADDRESS = {
  url: process.env['KIOSK_BROKER_URL'] ?? 'amqp://127.0.0.1:5672',
  username: 'kiosk',
  password: process.env['KIOSK_BROKER_PASSWORD'] ?? '',
}
const SECOND_MS = 1000

let worker: Running
beforeAll(async () => {
  worker = await run(ADDRESS)
  await connected(worker)
})
afterAll(() => worker.stop())

test.each([
  ['json', { of: { any: ['depth', 1, null] } }, { of: { any: ['depth', 1, null] } }],
  ['text', 'plain words', 'plain words'],
  ['bytes', 'raw bytes', { bytes: 'raw bytes' }],
  ['map', { only: 'the runtime knows' }, { map: { only: 'the runtime knows' } }],
] as const)('hands over %s as it was sent', async (as, body, expected) => {
  await worker.send([{ as, body }])
  const [heard] = await eventually(async () => found(worker, ({ body: it }) => same(it, expected)))
  expect(heard).toMatchObject({ attempts: 1, queue: worker.queue })
})

test('tries again after the delay that was asked for, then gives up: a dead letter', async () => {
  await worker.send([{ body: { name: 'hopeless', retry: 1 } }])
  const all = await eventually(async () => {
    const heard = named(await worker.heard(), 'hopeless')
    expect(heard.filter(({ queue }) => queue === `${worker.queue}-dlq`)).toHaveLength(3)
    return heard
  })
  const tries = all.filter(({ queue }) => queue === worker.queue)
  expect(tries.map(({ attempts }) => attempts)).toEqual([1, 2, 3])
  expect(new Set(all.map(({ id }) => id)).size).toBe(1)
  const [first, second] = tries.map(({ at }) => at)
  expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(SECOND_MS)
})

test('does not hand over a delayed message before its time, however it is made up', async () => {
  const sentAt = Date.now()
  await worker.send([{ body: { name: 'later' }, delaySeconds: 6 }, { body: { name: 'at once' } }])
  const [later] = await eventually(async () => {
    const heard = named(await worker.heard(), 'later')
    expect(heard).toHaveLength(1)
    return heard
  })
  expect((later?.at ?? 0) - sentAt).toBeGreaterThanOrEqual(6 * SECOND_MS)
  const [now] = named(await worker.heard(), 'at once')
  expect(now?.at).toBeLessThan(later?.at ?? 0)
})

test('lets neighbours of a message that is retried take effect once', async () => {
  await worker.send([
    { body: { name: 'neighbour', ack: true } },
    { body: { name: 'troubled', retry: 0 } },
    { body: { name: 'neighbour' } },
  ])
  await eventually(async () =>
    expect(named(await worker.heard(), 'troubled').length).toBeGreaterThanOrEqual(3),
  )
  expect(named(await worker.heard(), 'neighbour')).toHaveLength(2)
})

test('tries again what a handler that threw had not acknowledged, and only that', async () => {
  await worker.send([
    { body: { name: 'finished', ack: true } },
    { body: { name: 'thrown', fail: true } },
  ])
  await eventually(async () =>
    expect(named(await worker.heard(), 'thrown').length).toBeGreaterThanOrEqual(3),
  )
  expect(named(await worker.heard(), 'finished')).toHaveLength(1)
})

test('hands over batches no larger than wrangler.toml says', async () => {
  await worker.send(Array.from({ length: 10 }, (_, n) => ({ body: { name: 'crowd', n } })))
  const crowd = await eventually(async () => {
    const heard = named(await worker.heard(), 'crowd')
    expect(heard).toHaveLength(10)
    return heard
  })
  expect(Math.max(...crowd.map(({ size }) => size))).toBeLessThanOrEqual(4)
})

test('keeps what a container that dies had not acknowledged, for the next one', async () => {
  const deaf = await run(ADDRESS, { isHearing: false })
  await connected(deaf)
  await deaf.send([{ body: { name: 'kept' } }])
  await deaf.send([{ body: { name: 'kept' }, delaySeconds: 1 }])
  await deaf.cutOff()
  const next = await run(ADDRESS, { queue: deaf.queue, state: newState() })
  await eventually(async () => expect(named(await next.heard(), 'kept')).toHaveLength(2))
  await next.stop()
})

test('finds again what a broker that is killed had confirmed, also what waits', async () => {
  const deaf = await run(ADDRESS, { isHearing: false })
  await connected(deaf)
  const now = await deaf.send([{ body: { name: 'confirmed' } }])
  const later = await deaf.send([{ body: { name: 'confirmed' }, delaySeconds: 2 }])
  expect([now.status, later.status]).toEqual([200, 200])
  await execute(process.env['KIOSK_BROKER_KILL'] ?? '')
  await eventually(async () => expect(deaf.isConnected()).toBe(false))
  await execute(process.env['KIOSK_BROKER_START'] ?? '')
  await connected(deaf)
  await deaf.cutOff()
  const next = await run(ADDRESS, { queue: deaf.queue, state: newState() })
  await eventually(async () => expect(named(await next.heard(), 'confirmed')).toHaveLength(2))
  await next.stop()
  await connected(worker)
})

test('fails a send at once when the broker is away, so that an outbox keeps the event', async () => {
  const away = { ...ADDRESS, url: 'amqp://127.0.0.1:9' }
  const lonely = await run(away)
  const answer = await lonely.send([{ body: 'nobody hears' }])
  expect(answer.status).toBe(503)
  const batch = await lonely.send([{ body: 'nobody' }, { body: 'hears' }])
  expect(batch.status).toBe(503)
  await lonely.stop()
})

test('refuses what Cloudflare would refuse', async () => {
  const answer = await worker.send([{ as: 'text', body: 'x'.repeat(130_000) }])
  expect(answer.status).toBe(503)
  expect(await answer.text()).toContain('too large')
})

function connected(it: Running): Promise<void> {
  return eventually(async () => expect(it.isConnected()).toBe(true))
}

function named(heard: readonly Heard[], name: string): Heard[] {
  return heard.filter(({ body }) => (body as { name?: string } | null)?.name === name)
}

async function found(it: Running, isIt: (heard: Heard) => boolean): Promise<Heard[]> {
  const heard = (await it.heard()).filter(isIt)
  expect(heard).not.toHaveLength(0)
  return heard
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function eventually<T>(look: () => Promise<T>): Promise<T> {
  return vi.waitFor(look, { timeout: 60_000, interval: 100 })
}
