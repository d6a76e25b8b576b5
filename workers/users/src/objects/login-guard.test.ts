import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { env } from '../../test/client.ts'

// The tests of the Worker allow 4 failures in 15 minutes, then lock for 15.
const MINUTE_MS = 60_000

function freshGuard() {
  return env.LOGIN_GUARD.getByName(crypto.randomUUID())
}

function later(ms: number): void {
  vi.useFakeTimers({ now: Date.now() + ms, toFake: ['Date'] })
}

const right = async () => true
const wrong = async () => false

afterEach(() => {
  vi.useRealTimers()
})

describe('the login guard', () => {
  it('locks for a while, then starts anew', async () => {
    const guard = freshGuard()
    for (let failures = 0; failures < 4; failures++) {
      expect(await guard.attempt(wrong)).toEqual({ outcome: 'failed' })
    }
    expect(await guard.attempt(right)).toMatchObject({ outcome: 'locked' })
    later(15 * MINUTE_MS + 1)
    for (let failures = 0; failures < 3; failures++) {
      expect(await guard.attempt(wrong)).toEqual({ outcome: 'failed' })
    }
    expect(await guard.attempt(right)).toEqual({ outcome: 'passed' })
  })

  it('does not count failures of long ago', async () => {
    const guard = freshGuard()
    for (let failures = 0; failures < 3; failures++) await guard.attempt(wrong)
    later(15 * MINUTE_MS + 1)
    for (let failures = 0; failures < 3; failures++) await guard.attempt(wrong)
    expect(await guard.attempt(right)).toEqual({ outcome: 'passed' })
  })

  it('tries no more passwords at once than failures are left, and then the others in turn', async () => {
    const guard = freshGuard()
    let running = 0
    let most = 0
    const slow = async () => {
      running += 1
      most = Math.max(most, running)
      await scheduler.wait(5)
      running -= 1
      return true
    }
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => guard.attempt(slow)))
    expect(outcomes).toEqual(Array(30).fill({ outcome: 'passed' }))
    expect(most).toBe(4)
  })

  it('counts nothing when the check itself breaks, and lets the next one in', async () => {
    const guard = freshGuard()
    const broken = async (): Promise<boolean> => {
      throw new Error('no database')
    }
    for (let tries = 0; tries < 6; tries++) {
      await expect((async () => await guard.attempt(broken))()).rejects.toThrow('no database')
    }
    expect(await guard.attempt(right)).toEqual({ outcome: 'passed' })
  })

  it('stores nothing while all goes well', async () => {
    const guard = freshGuard()
    await guard.attempt(right)
    await runInDurableObject(guard, async (_, state) => {
      expect([...state.storage.kv.list()]).toEqual([])
      expect(await state.storage.getAlarm()).toBeNull()
    })
  })

  it('erases itself when what it remembers no longer matters, not before', async () => {
    const guard = freshGuard()
    await guard.attempt(wrong)
    await guard.mayRequestReset()
    const remembered = () =>
      runInDurableObject(guard, (_, state) => [...state.storage.kv.list()].map(([key]) => key))
    later(30 * MINUTE_MS)
    expect(await runDurableObjectAlarm(guard)).toBe(true)
    expect(await remembered()).toEqual(['attempts', 'requests'])
    later(31 * MINUTE_MS)
    expect(await runDurableObjectAlarm(guard)).toBe(true)
    expect(await remembered()).toEqual([])
    expect(await runDurableObjectAlarm(guard)).toBe(false)
  })

  it('allows so many reset mails an hour', async () => {
    const guard = freshGuard()
    for (let requests = 0; requests < 5; requests++) {
      expect(await guard.mayRequestReset()).toBe(true)
    }
    expect(await guard.mayRequestReset()).toBe(false)
    later(60 * MINUTE_MS + 1)
    expect(await guard.mayRequestReset()).toBe(true)
  })
})
