import { setTimeout as sleep } from 'node:timers/promises'
import type { SeamCommand } from './seam/protocol.ts'
import type { FaultySystem, Replies } from './system.ts'

/** Not too often: with several systems on a few cores, asking is what they all wait for. */
const EVERY_MS = 100
/** Longer than half a minute, after which storing a dead letter is tried again: `retry_delay` of its queue. */
const PATIENCE_MS = 45_000

const UNSENT = `select count(*) as n, 'unsent events' as what from outbox
  where seq > coalesce((select max(upto) from outbox_sent), 0)
    or seq in (select seq from outbox_late)`
const WORK: Readonly<Record<string, readonly string[]>> = {
  catalog: [UNSENT],
  orders: [UNSENT],
  users: [UNSENT],
  payments: [
    UNSENT,
    `select count(*) as n, 'payments to look after' as what from payments
     where check_at is not null and status <> 'requires_action'`,
    `select count(*) as n, 'refunds under way' as what from refunds where check_at is not null`,
  ],
  notifications: [
    "select count(*) as n, 'mail to hand over' as what from messages where status = 'pending'",
  ],
}

/** What the object of a SKU still has to do; its holds end by themselves. */
function stockWork(sku: string) {
  return {
    binding: 'STOCK',
    name: sku,
    sql: [
      "select count(*) as n, 'unsent events' as what from outbox where published_at is null",
      `select count(*) as n, 'stock to announce' as what from balance
       where announce_at is not null or index_at is not null`,
    ],
  }
}

/** Waits until nothing is in flight anywhere. Throws what is left when that takes too long. */
export async function untilQuiet(system: FaultySystem, skus: readonly string[]): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const left = await whatIsLeft(system, skus)
    if (left.length === 0) return
    if (Date.now() > deadline) {
      const all = new Set([...left, ...(await whatIsStored(system, skus))])
      throw new Error(`still in flight: ${[...all].join(', ')}`)
    }
    await sleep(EVERY_MS)
  }
}

async function whatIsLeft(system: FaultySystem, skus: readonly string[]): Promise<string[]> {
  // What the seams know by themselves costs little; the databases are read when they see nothing.
  const before = await system.seams({})
  const atWork = [...busyIn(before), ...messagesLeft(before)]
  if (atWork.length > 0) return atWork
  const stored = await whatIsStored(system, skus)
  if (stored.length > 0) return stored
  // Between the answer of one Worker and that of another, something may have moved.
  const after = await system.seams({})
  return reachedIn(after) === reachedIn(before) ? [] : ['something that moved meanwhile']
}

function reachedIn(replies: Replies): number {
  return Object.values(replies).reduce((sum, { reached }) => sum + reached, 0)
}

async function whatIsStored(system: FaultySystem, skus: readonly string[]): Promise<string[]> {
  const commands: Record<string, SeamCommand> = {
    gateway: {},
    inventory: { read: { objects: skus.map(stockWork) } },
  }
  for (const [worker, sql] of Object.entries(WORK)) commands[worker] = { read: { sql } }
  const replies = await system.seam(commands)
  return [...workIn(replies), ...busyIn(replies), ...messagesLeft(replies)]
}

function workIn(replies: Replies): string[] {
  return Object.entries(replies).flatMap(([worker, { rows = [], objects = [] }]) => {
    const counts = [...rows, ...objects.flat()].flat()
    return counts.filter(({ n }) => n !== 0).map(({ n, what }) => `${worker}: ${n} ${what}`)
  })
}

function busyIn(replies: Replies): string[] {
  return Object.entries(replies)
    .filter(([, { busy }]) => busy > 0)
    .map(([worker, { busy }]) => `${worker}: ${busy} at work`)
}

function messagesLeft(replies: Replies): string[] {
  const heard = new Set(
    Object.entries(replies).flatMap(([worker, reply]) =>
      reply.heard.map((eventId) => `${worker} ${eventId}`),
    ),
  )
  const all = Object.values(replies)
  const underWay = all.flatMap(({ sent }) => sent.filter((message) => !heard.has(message)))
  const held = all.reduce((sum, reply) => sum + reply.held, 0)
  if (underWay.length + held === 0) return []
  return [`messages to ${underWay.join(', ')}, and ${held} held back`]
}
