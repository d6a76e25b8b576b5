import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Batches } from './batches.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Batches of numbers whose work ends when it is told to. */
function open(limits: { size: number; waitMs: number; concurrency: number }) {
  const begun: number[][] = []
  const ends: (() => void)[] = []
  const batches = new Batches<number>(limits, (batch) => {
    begun.push([...batch])
    return new Promise((resolve) => ends.push(resolve))
  })
  return { batches, begun, endFirst: () => ends.shift()?.() }
}

test('works on what arrived together at once when nothing is to be waited for', async () => {
  const { batches, begun } = open({ size: 10, waitMs: 0, concurrency: 1 })
  for (const n of [1, 2, 3]) batches.add(n)
  await vi.advanceTimersByTimeAsync(1)
  expect(begun).toEqual([[1, 2, 3]])
})

test('waits for more until the batch is full or the time is over', async () => {
  const { batches, begun } = open({ size: 2, waitMs: 1_000, concurrency: 5 })
  for (const n of [1, 2, 3]) batches.add(n)
  expect(begun).toEqual([[1, 2]])
  await vi.advanceTimersByTimeAsync(999)
  expect(begun).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(begun).toEqual([[1, 2], [3]])
})

test('works on so many batches at once and no more', async () => {
  const { batches, begun, endFirst } = open({ size: 1, waitMs: 0, concurrency: 2 })
  for (const n of [1, 2, 3]) batches.add(n)
  await vi.advanceTimersByTimeAsync(1)
  expect(begun).toEqual([[1], [2]])
  endFirst()
  await vi.advanceTimersByTimeAsync(1)
  expect(begun).toEqual([[1], [2], [3]])
})

test('forgets what it has not begun, and waits for what it has', async () => {
  const { batches, begun, endFirst } = open({ size: 1, waitMs: 0, concurrency: 1 })
  for (const n of [1, 2]) batches.add(n)
  batches.forget()
  const isSettled = vi.fn<() => void>()
  void batches.settled().then(isSettled)
  await vi.advanceTimersByTimeAsync(10)
  expect(isSettled).not.toHaveBeenCalled()
  endFirst()
  await vi.advanceTimersByTimeAsync(10)
  expect(isSettled).toHaveBeenCalledOnce()
  expect(begun).toEqual([[1]])
})
