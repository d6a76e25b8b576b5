import { setTimeout as sleep } from 'node:timers/promises'
import { waitUntilReady } from '../start/readiness.ts'

const ANSWERING_WITHIN_MS = 120_000
const POLL_MS = 500

/** Waits for a shop whose gateway may not even take connections yet. */
export async function waitUntilUp(url: string): Promise<void> {
  const deadline = Date.now() + ANSWERING_WITHIN_MS
  while (!(await isAnswering(url))) {
    if (Date.now() > deadline) throw new Error(`${url} does not answer`)
    await sleep(POLL_MS)
  }
  await waitUntilReady(url)
}

async function isAnswering(url: string): Promise<boolean> {
  return await fetch(url).then(
    () => true,
    () => false,
  )
}
