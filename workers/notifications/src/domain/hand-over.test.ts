import { expect, it } from 'vitest'
import { settle } from './hand-over.ts'

const policy = { retryMs: 100, retryMsMax: 350, attemptsMax: 4 }
const NOW = 1_000
const failed = { kind: 'failed', error: 'down' } as const

it('an accepted message is sent', () => {
  expect(settle({ kind: 'accepted' }, 2, policy, NOW)).toEqual({
    status: 'sent',
    attempts: 3,
    dueAt: null,
    sentAt: NOW,
    lastError: null,
  })
})

it.each([
  [0, 100],
  [1, 200],
  [2, 350],
])('after %i failed attempts the wait is %i ms', (attempts, wait) => {
  expect(settle(failed, attempts, policy, NOW)).toEqual({
    status: 'pending',
    attempts: attempts + 1,
    dueAt: NOW + wait,
    sentAt: null,
    lastError: 'down',
  })
})

it.each([
  [0, 100],
  [250, 250],
  [9_000, 350],
])(
  'a busy provider that asks for %i ms is left alone for %i ms, and never given up',
  (asked, wait) => {
    const busy = { kind: 'busy', error: 'twilio answered 429', waitMs: asked } as const
    expect(settle(busy, 99, policy, NOW)).toMatchObject({
      status: 'pending',
      attempts: 99,
      dueAt: NOW + wait,
    })
  },
)

it('gives up after the last attempt', () => {
  expect(settle(failed, 3, policy, NOW)).toMatchObject({ status: 'failed', attempts: 4 })
})

it('gives up at once what is refused', () => {
  const refused = { kind: 'refused', error: 'no such number' } as const
  expect(settle(refused, 0, policy, NOW)).toMatchObject({
    status: 'failed',
    attempts: 1,
    lastError: 'no such number',
  })
})
