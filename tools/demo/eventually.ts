import { setTimeout as sleep } from 'node:timers/promises'

const POLL_MS = 100

interface Expectation<T> {
  /** Ends the sentence "Expected …". */
  readonly expected: string
  readonly withinMs: number
  readonly look: () => Promise<T>
  readonly isIt: (value: T) => boolean
}

/** Looks again and again until it is there; fails with what was there instead. */
export async function eventually<T>(expectation: Expectation<T>): Promise<T> {
  const deadline = Date.now() + expectation.withinMs
  for (;;) {
    const value = await expectation.look()
    if (expectation.isIt(value)) return value
    if (Date.now() > deadline) {
      const seconds = expectation.withinMs / 1000
      throw new Error(`expected ${expectation.expected} within ${seconds} s, got ${inWords(value)}`)
    }
    await sleep(POLL_MS)
  }
}

/** Fails unless what came is what was expected. */
export function expectThat(isTrue: boolean, expected: string, got: unknown): void {
  if (!isTrue) throw new Error(`expected ${expected}, got ${inWords(got)}`)
}

function inWords(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}
