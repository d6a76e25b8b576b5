import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'
import type { Clock, Timer } from './clock.ts'
import { currentInvocation } from './invocation.ts'
import type { Random } from './random.ts'

interface GlobalsParts {
  readonly clock: Clock
  readonly random: Random
  /** Is told what the product logs. */
  readonly log: (level: 'info' | 'warn' | 'error', line: string) => void
}

/**
 * Puts time, chance and the console of the process into the hands of the simulation, until the function
 * that it returns is called. Digests are made at once: the platform's are made by a thread, and when a
 * thread is done is nothing that a seed decides.
 */
export function takeOverGlobals({ clock, random, log }: GlobalsParts): () => void {
  const timers = fakeTimers(clock)
  const undo = [
    replace(globalThis, 'Date', fakeDate(clock)),
    replace(globalThis, 'setTimeout', timers.setTimeout),
    replace(globalThis, 'clearTimeout', timers.clearTimeout),
    replace(globalThis, 'scheduler', { wait: timers.wait }),
    replace(Math, 'random', () => random.next()),
    replace(crypto, 'getRandomValues', (bytes: Uint8Array) => fill(bytes, random)),
    replace(crypto, 'randomUUID', () => uuidOf(fill(new Uint8Array(16), random))),
    replace(crypto.subtle, 'digest', digest),
    replace(console, 'log', (line: string) => log('info', line)),
    replace(console, 'warn', (line: string) => log('warn', line)),
    replace(console, 'error', (line: string) => log('error', line)),
  ]
  return () => {
    for (const restore of undo.toReversed()) restore()
  }
}

function replace(owner: object, name: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, name)
  Object.defineProperty(owner, name, { value, configurable: true, writable: true })
  return () => {
    if (before === undefined) Reflect.deleteProperty(owner, name)
    else Object.defineProperty(owner, name, before)
  }
}

function fakeDate(clock: Clock): DateConstructor {
  const Real = Date
  return new Proxy(Real, {
    construct: (_, values: unknown[], target) =>
      Reflect.construct(Real, values.length === 0 ? [clock.now] : values, target) as Date,
    get: (_, name) => (name === 'now' ? () => clock.now : (Reflect.get(Real, name) as unknown)),
  })
}

function fakeTimers(clock: Clock) {
  function start(callback: () => void, ms: number): Timer {
    const invocation = currentInvocation()
    const inContext = AsyncLocalStorage.snapshot()
    // The platform's clock counts whole milliseconds.
    return clock.at(clock.now + Math.ceil(ms), `${invocation?.label ?? 'outside'} timer`, () => {
      if (invocation?.isAlive !== false) inContext(callback)
    })
  }
  return {
    setTimeout: start,
    clearTimeout: (timer: Timer | undefined) => timer && clock.remove(timer),
    wait: (ms: number) => new Promise<void>((resolve) => start(resolve, ms)),
  }
}

function fill(bytes: Uint8Array, random: Random): Uint8Array {
  for (let index = 0; index < bytes.length; index++) bytes[index] = random.int(0, 255)
  return bytes
}

function uuidOf(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-a$4-$5')
}

async function digest(algorithm: string, data: Uint8Array): Promise<ArrayBuffer> {
  const bytes = createHash(algorithm.replace('-', '').toLowerCase()).update(data).digest()
  return new Uint8Array(bytes).buffer
}
