import { setTimeout as sleep } from 'node:timers/promises'
import { StartError } from './start-error.ts'

const READY_WITHIN_MS = 120_000
const POLL_MS = 200

/** Waits for `/readyz` to answer 200: every Worker up, migrated, and the seed complete. */
export async function waitUntilReady(url: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS
  for (;;) {
    const answer = await fetch(`${url}/readyz`)
    const body = await answer.text()
    if (answer.ok) return
    if (Date.now() > deadline) {
      const seconds = READY_WITHIN_MS / 1000
      throw new StartError(
        `The shop is up, but not ready after ${seconds} s; ${url}/readyz says:\n\n${body}`,
      )
    }
    await sleep(POLL_MS)
  }
}
