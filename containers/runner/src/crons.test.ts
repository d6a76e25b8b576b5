import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startCrons, type Fire } from './crons.ts'

beforeEach(() => void vi.useFakeTimers({ now: new Date('2026-03-01T03:15:30Z') }))
afterEach(() => void vi.useRealTimers())

test('fires each trigger at its minute by UTC, with its own pattern', async () => {
  const fire = vi.fn<Fire>(() => Promise.resolve())
  const crons = startCrons(['*/10 * * * *', '17 3 * * *'], fire)
  await vi.advanceTimersByTimeAsync(5 * 60_000)
  crons.stop()
  expect(fire.mock.calls.map(([cron]) => cron)).toEqual(['17 3 * * *', '*/10 * * * *'])
})

test('goes on after a trigger that failed', async () => {
  const fire = vi.fn<Fire>(() => Promise.reject(new Error('no')))
  const crons = startCrons(['* * * * *'], fire)
  await vi.advanceTimersByTimeAsync(3 * 60_000)
  crons.stop()
  expect(fire).toHaveBeenCalledTimes(3)
})

test('counts the days of the week from Sunday as 1, as Cloudflare does', async () => {
  const fire = vi.fn<Fire>(() => Promise.resolve())
  // The first of March 2026 is a Sunday.
  const crons = startCrons(['20 3 * * 1'], fire)
  await vi.advanceTimersByTimeAsync(10 * 60_000)
  crons.stop()
  expect(fire).toHaveBeenCalledOnce()
})
