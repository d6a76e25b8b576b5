import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { memoryOf } from '../processes.ts'
import type { Sample, Subject } from '../result.ts'
import { runShop, type RunningShop } from '../running-shop.ts'

/** What has been asked for is a page of products, not only a sign of life. */
const FIRST_PAGE = '/v1/products?limit=20'
/** Memory of a runtime that has just started still moves. */
const REST_MS = 3_000

/**
 * Starts the shop in a new process until it answers, and lets it rest: nothing but the seven Workers, each
 * having answered once.
 *
 * @param makeState gives a state folder of its own, which is not started twice
 */
export function startupSubject(makeState: () => string): Subject {
  return {
    name: 'start-up',
    part: 'startup',
    async measure() {
      const stateDir = makeState()
      const startedAt = performance.now()
      const shop = await runShop(stateDir)
      try {
        const listening = performance.now() - startedAt
        await expectOk(shop, FIRST_PAGE)
        const answering = performance.now() - startedAt
        await expectOk(shop, '/readyz')
        await sleep(REST_MS)
        await shop.settle()
        return [
          { metric: 'listening', unit: 'ms', value: listening },
          { metric: 'first answer', unit: 'ms', value: answering },
          ...memorySamples(shop, 'idle'),
        ]
      } finally {
        await shop.stop()
        rmSync(stateDir, { recursive: true, force: true, maxRetries: 5 })
      }
    },
  }
}

/** What the shop occupies after all the load of a round. */
export function memorySubject(shop: RunningShop): Subject {
  return {
    name: 'memory',
    part: 'startup',
    measure: () => Promise.resolve(memorySamples(shop, 'after load')),
  }
}

function memorySamples({ runtime, host }: RunningShop, when: string): Sample[] {
  return Object.entries({ workerd: runtime, 'Node of Miniflare': host }).flatMap(([name, pid]) => {
    const memory = memoryOf(pid)
    if (memory === null) return []
    const subject = `memory ${when}, ${name}`
    return [
      { subject, metric: 'PSS', unit: 'MB' as const, value: memory.pss / 1e6 },
      { subject, metric: 'RSS', unit: 'MB' as const, value: memory.rss / 1e6 },
    ]
  })
}

async function expectOk({ url }: RunningShop, path: string): Promise<void> {
  const answer = await fetch(`${url}${path}`)
  const body = await answer.text()
  if (!answer.ok) throw new Error(`${path} answers ${answer.status}: ${body.slice(0, 500)}`)
}
