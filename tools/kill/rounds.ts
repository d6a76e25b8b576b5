import { setTimeout as sleep } from 'node:timers/promises'
import { readBooks } from '../own-shop/books.ts'
import type { OwnShop, Victim } from '../own-shop/own-shop.ts'
import type { Memory } from './clients.ts'
import type { Round } from './options.ts'

const POLL_MS = 100
const RECOVERED_WITHIN_MS = 180_000

/** How one round went. */
export interface RoundResult {
  readonly round: Round
  readonly killed: number
  /** Orders that were being placed or paid when it happened. */
  readonly inFlight: number
  /** Orders that had got a 201 by then, in all rounds. */
  readonly promised: number
  readonly lost: readonly string[]
  readonly backAfterMs: number
}

/** Kills, waits until the shop is back by itself or by another start, and looks for lost orders. */
export async function playRound(round: Round, shop: OwnShop, memory: Memory): Promise<RoundResult> {
  await sleep(round.afterMs)
  const { inFlight } = memory
  const before = shop.recoveries()
  const startedAt = Date.now()
  const killed = shop.kill(round.victim)
  if (killed === 0) throw new Error(`there was no ${round.victim} to kill`)
  const promised = memory.deals.map(({ orderId }) => orderId)
  await comeBack(round, shop, before)
  const known = new Set(readBooks(shop.state).orders.map(({ id }) => id))
  return {
    round,
    killed,
    inFlight,
    promised: promised.length,
    lost: promised.filter((id) => !known.has(id)),
    backAfterMs: Date.now() - startedAt,
  }
}

async function comeBack(round: Round, shop: OwnShop, recoveries: number): Promise<void> {
  if (survives(round.victim)) {
    const deadline = Date.now() + RECOVERED_WITHIN_MS
    while (shop.recoveries() === recoveries) {
      if (!shop.isRunning()) throw new Error(`start ended instead of recovering:\n${shop.tail()}`)
      if (Date.now() > deadline) throw new Error(`start did not notice:\n${shop.tail()}`)
      await sleep(POLL_MS)
    }
    return
  }
  shop.launch()
  if (round.againAfterMs !== undefined) {
    await sleep(round.againAfterMs)
    shop.kill('everything')
    shop.launch()
  }
  await shop.open()
}

/** Whether `start` lives on, and must put things right by itself. */
function survives(victim: Victim): boolean {
  return victim === 'workerd' || victim === 'proxy'
}
