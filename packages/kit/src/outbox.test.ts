import { describe, expect, it } from 'vitest'
import { bySize, drainOutbox, OUTBOX_PAGE, type OutboxDeps, type OutboxMessage } from './outbox.ts'

interface Message extends OutboxMessage {
  readonly id: string
}

const row = (id: string, destination: string, event = '{}'): Message => ({
  id,
  destination,
  event,
  attempts: 0,
})

/** An outbox in memory, in front of queues of which some are down. */
function memoryOutbox(rows: Message[], down: readonly string[] = []) {
  const sent: string[] = []
  const postponed: { id: string; dueAt: number }[] = []
  let waiting = [...rows]
  let crashes = 0
  const deps: OutboxDeps<Message> = {
    page: async (limit) => {
      const messages = waiting.slice(0, limit)
      return {
        messages,
        isFull: messages.length === limit,
        nextDue: null,
        settle: async (_, failed) => {
          if (crashes-- > 0) throw new Error('crashed')
          waiting = waiting.filter((message) => !messages.includes(message))
          postponed.push(...failed.map(({ message: { id }, dueAt }) => ({ id, dueAt })))
        },
      }
    },
    send: async (destination, messages) => {
      if (down.includes(destination)) throw new Error('down')
      sent.push(...messages.map(({ id }) => `${destination}:${id}`))
    },
    onError: () => undefined,
  }
  return { deps, sent, postponed, waiting: () => waiting, crash: () => void (crashes = 1) }
}

describe('draining an outbox', () => {
  it('sends each destination its events in their order', async () => {
    const box = memoryOutbox([row('1', 'a'), row('1', 'b'), row('2', 'a')])
    await drainOutbox(box.deps, 1000)
    expect(box.sent).toEqual(['a:1', 'a:2', 'b:1'])
    expect(box.waiting()).toEqual([])
  })

  it('goes on until nothing is due, however much there is', async () => {
    const rows = Array.from({ length: OUTBOX_PAGE * 2 + 1 }, (_, n) => row(String(n), 'a'))
    const box = memoryOutbox(rows)
    await drainOutbox(box.deps, 1000)
    expect(box.sent).toHaveLength(rows.length)
  })

  it('a destination that is down is postponed with backoff, and delays no other', async () => {
    const tired = { ...row('1', 'a'), attempts: 3 }
    const box = memoryOutbox([tired, row('2', 'b')], ['a'])
    const before = Date.now()
    const next = await drainOutbox(box.deps, 1000)
    expect(box.sent).toEqual(['b:2'])
    expect(box.postponed).toEqual([{ id: '1', dueAt: next }])
    expect(next).toBeGreaterThanOrEqual(before + 8_000)
  })

  it('a crash after the send leaves the row to be sent again, never lost', async () => {
    const box = memoryOutbox([row('1', 'a')])
    box.crash()
    await expect(drainOutbox(box.deps, 1000)).rejects.toThrow('crashed')
    await drainOutbox(box.deps, 1000)
    expect(box.sent).toEqual(['a:1', 'a:1'])
  })
})

it('cuts batches by the bytes that a queue accepts, not by characters', () => {
  const big = 'é'.repeat(60_000)
  const batches = bySize([row('1', 'a', big), row('2', 'a', big), row('3', 'a'), row('4', 'a')])
  expect(batches.map((batch) => batch.map(({ id }) => id))).toEqual([['1'], ['2', '3', '4']])
})

it('leaves a message that keeps failing alone, so that it holds up no other', () => {
  const failing = { ...row('2', 'a'), attempts: 3 }
  const batches = bySize([row('1', 'a'), failing, row('3', 'a'), row('4', 'a')])
  expect(batches.map((batch) => batch.map(({ id }) => id))).toEqual([['1'], ['2'], ['3', '4']])
})
