import { describe, expect, it } from 'vitest'
import { db } from '../test/worker.ts'
import { once } from './idempotency.ts'
import { Busy, busyAnswer, transience } from './overload.ts'
import { ProblemError, problemResponse, toProblem } from './problem.ts'

/** An error with the properties that the platform sets. */
function platform(message: string, flags: object = {}): Error {
  return Object.assign(new Error(message), flags)
}

/** An error as it arrives from another Worker: name, properties and causes, but not the class. */
function fromAfar(error: Error): Error {
  const cause = error.cause instanceof Error ? { cause: fromAfar(error.cause) } : {}
  const own = Object.fromEntries(Object.entries(error))
  return Object.assign(new Error(error.message, cause), own, { name: error.name, remote: true })
}

const REAL: [string, Error][] = [
  ['an overloaded object', platform('queue full', { overloaded: true, remote: false })],
  ['an object that moves', platform('connection closed', { retryable: true })],
  ['an object that was reset', platform('new version', { durableObjectReset: true })],
  ...[
    'Durable Object is overloaded. Too many requests for the same object within a 10 second window.',
    'Durable Object is overloaded. Requests queued for too long.',
    'Durable Object storage operation exceeded timeout which caused object to be reset.',
    'Durable Object reset because its code was updated.',
    'D1_ERROR: D1 DB is overloaded. Requests queued for too long.',
    'D1_ERROR: D1 DB is overloaded. Too many requests queued.',
    'D1_ERROR: Network connection lost.',
    'D1_ERROR: D1 DB reset because its code was updated.',
    'D1_ERROR: Internal error in D1 DB storage caused object to be reset.',
    'D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.',
    'D1_ERROR: Cannot resolve D1 DB due to transient issue on remote node.',
    'Queue sendBatch failed: Too Many Requests',
    'Queue sendBatch failed: Queue is overloaded. Please back off.',
    'KV PUT failed: 429 Too Many Requests',
    'internal error; reference = 0123456789abcdef',
  ].map((message): [string, Error] => [message, new Error(message)]),
]

describe('what waiting cures', () => {
  it.each(REAL)('is 503 with Retry-After: %s', (_name, error) => {
    const wrapped = new Error('the work failed', { cause: new Error('a query', { cause: error }) })
    for (const thrown of [error, wrapped, fromAfar(error), fromAfar(wrapped)]) {
      const response = problemResponse(toProblem(thrown))
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2'])
    }
  })

  it('waits as long as a busy party asked, here and in another Worker', () => {
    for (const error of [new Busy('x', 40), fromAfar(new Busy('x', 40))]) {
      const response = problemResponse(toProblem(new Error('charge', { cause: error })))
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '40'])
    }
  })

  it('is a refusal for now of another Worker', () => {
    expect(toProblem(fromAfar(new ProblemError('unavailable')))).toMatchObject({
      code: 'unavailable',
    })
  })
})

describe('what waiting does not cure is 500', () => {
  const query = Object.assign(new Error('Failed query: insert\nparams: Network connection lost'), {
    params: ['overloaded'],
    cause: new Error('UNIQUE constraint failed: users.email'),
  })
  it.each([
    ['a bug', new TypeError('null is not an object')],
    ['a broken rule of the database', new Error('D1_ERROR: CHECK constraint failed: stock')],
    ['a failed query, whatever somebody wrote into it', query],
    ['a refusal of another Worker that nobody expected', fromAfar(new ProblemError('not_found'))],
    ['no error at all', 'overloaded'],
  ])('%s', (_name, error) => {
    expect(toProblem(error)).toMatchObject({ code: 'internal_error' })
  })

  it('and a circle of causes ends', () => {
    const error = new Error('x')
    error.cause = error
    expect(transience(error)).toBeNull()
  })
})

describe('the answer of another party', () => {
  const answer = (status: number, retryAfter?: string) =>
    busyAnswer(
      'bank',
      new Response(null, { status, headers: retryAfter ? { 'retry-after': retryAfter } : {} }),
    )

  it.each([
    [429, '12', 12],
    [503, '0', 1],
    [429, '99999999', 3600],
    [429, 'soon', 5],
    [429, '-3', 1],
    [429, undefined, 5],
    [429, new Date(Date.now() - 60_000).toUTCString(), 1],
  ])('%i with Retry-After %s is waited for %i s', (status, header, seconds) => {
    expect(answer(status, header)).toMatchObject({ retryAfterSeconds: seconds })
  })

  it('names a date', () => {
    const busy = answer(503, new Date(Date.now() + 100_000).toUTCString())
    expect(busy?.retryAfterSeconds).toBeGreaterThan(90)
    expect(busy?.retryAfterSeconds).toBeLessThanOrEqual(100)
  })

  it.each([200, 400, 402, 500, 502])('%i is no plea to come back later', (status) => {
    expect(answer(status, '5')).toBeNull()
  })
})

describe('an idempotency key', () => {
  const request = (key: string) => ({
    route: 'POST /things',
    customerId: 'usr_1',
    key,
    body: {},
    leaseMs: 30_000,
    newResourceId: () => crypto.randomUUID(),
  })

  it.each(REAL)(
    'may be used again at once, for the same resource, after: %s',
    async (name, error) => {
      const ids: string[] = []
      const attempt = (failure: Error | null) =>
        once(db, request(name), async (claim) => {
          ids.push(claim.resourceId)
          if (failure !== null) throw failure
          await db.batch([claim.answered('done')])
          return 'done'
        })
      await expect(attempt(error)).rejects.toBe(error)
      expect(await attempt(null)).toEqual({ answer: 'done', replayed: false })
      expect(await attempt(null)).toEqual({ answer: 'done', replayed: true })
      expect(new Set(ids).size).toBe(1)
    },
  )

  it('that cannot be given back does not hide why the work failed', async () => {
    const flaky = new Proxy(db, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name)
        if (name !== 'delete') return typeof value === 'function' ? value.bind(target) : value
        const where = () => Promise.reject(new Error('D1_ERROR: D1 DB is overloaded.'))
        return () => ({ where })
      },
    })
    const refused = once(flaky, request('lost'), () =>
      Promise.reject(new ProblemError('not_found')),
    )
    await expect(refused).rejects.toMatchObject({ code: 'not_found' })
  })
})
