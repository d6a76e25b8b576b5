import { expect, test, vi } from 'vitest'
import type { Answer, Send } from './http.ts'
import { persist } from './persist.ts'

const wait = () => Promise.resolve()
const call = { path: '/v1/orders', body: {}, idempotencyKey: 'one' }

test('asks again, with the same key, until the answer is definite', async () => {
  const send = vi
    .fn<Send>()
    .mockRejectedValueOnce(new Error('ECONNREFUSED'))
    .mockResolvedValueOnce(problem(503, 'unavailable'))
    .mockResolvedValueOnce(problem(429, 'too_many_requests'))
    .mockResolvedValueOnce({ ...problem(500, ''), body: undefined, isProblem: false })
    .mockResolvedValueOnce(problem(409, 'request_in_progress'))
    .mockResolvedValueOnce(problem(409, 'insufficient_stock'))
  const { answer, tries } = await persist(send, call, { wait })
  expect({ code: answer?.body?.['code'], tries }).toEqual({ code: 'insufficient_stock', tries: 6 })
  expect(send.mock.calls.every(([sent]) => sent === call)).toBe(true)
})

test('takes a failure of the shop itself for an answer', async () => {
  const send = vi.fn<Send>().mockResolvedValue(problem(500, 'internal_error'))
  expect((await persist(send, call, { wait })).answer?.status).toBe(500)
})

test('gives up when no answer comes for long', async () => {
  const send = vi.fn<Send>().mockRejectedValue(new Error('ECONNREFUSED'))
  expect((await persist(send, call, { wait, giveUpAfterMs: -1 })).answer).toBeUndefined()
})

function problem(status: number, code: string): Answer {
  return { status, retryAfterSeconds: 1, body: { code }, isProblem: true }
}
