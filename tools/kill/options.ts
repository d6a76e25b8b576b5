import { parseArgs } from 'node:util'
import type { Victim } from '../own-shop/own-shop.ts'

export const HELP = `pnpm kill [options]      kill -9 a Kiosk of its own while it sells; nothing needs to run before

  --times <n>      how often (20)
  --clients <n>    who order and pay meanwhile, one order after the other each (6)
  --seed <n>       which moments and victims (another one each time; it is printed)
  --help           this text

Exit code 1, with the reasons, when a promise was broken.`

export interface Options {
  readonly times: number
  readonly clients: number
  readonly seed: number
}

/** @throws when an option is unknown or makes no sense; 'help' when that is what is asked for. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      times: { type: 'string' },
      clients: { type: 'string' },
      seed: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  return {
    times: count('times', values.times, 20),
    clients: count('clients', values.clients, 6),
    seed: count('seed', values.seed, 1 + (Date.now() % 1_000_000)),
  }
}

/** One kill: who dies how long after the shop was open, and whether again while it starts. */
export interface Round {
  readonly number: number
  readonly victim: Victim
  readonly afterMs: number
  /** Kills everything once more, so long after the start began. */
  readonly againAfterMs: number | undefined
}

const SELLING_MS_MIN = 1_500
const SELLING_MS_MAX = 6_000
const STARTING_MS_MAX = 12_000

/** Of every eight kills: four of everything, once of them twice in a row; all others at least once. */
const VICTIMS: readonly Victim[] = [
  'everything',
  'workerd',
  'start',
  'everything',
  'workerd',
  'proxy',
  'everything',
  'everything',
]
const TWICE = 6

/** The same rounds for the same seed. */
export function planRounds({ times, seed }: Options): Round[] {
  const random = randomFrom(seed)
  return Array.from({ length: times }, (_, index) => {
    const place = index % VICTIMS.length
    return {
      number: index + 1,
      victim: VICTIMS[place] ?? 'everything',
      afterMs: Math.round(SELLING_MS_MIN + random() * (SELLING_MS_MAX - SELLING_MS_MIN)),
      againAfterMs: place === TWICE ? Math.round(random() * STARTING_MS_MAX) : undefined,
    }
  })
}

/** Mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function count(name: string, text: string | undefined, otherwise: number): number {
  const number = Number(text ?? otherwise)
  if (Number.isInteger(number) && number >= 1 && number <= 1_000_000) return number
  throw new Error(`--${name} must be a whole number from 1 to 1000000, not "${text}"`)
}
