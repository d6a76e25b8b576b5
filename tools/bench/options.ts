import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ROOT } from '../build.ts'

export const PARTS = [
  'pages',
  'platform',
  'orders',
  'flash',
  'events',
  'startup',
  'bundles',
  'start',
] as const
export type Part = (typeof PARTS)[number]

export const HELP = `pnpm bench [options]     measures a Kiosk of its own; nothing needs to run before

  --products <n>[,<n>]  products of the shop (1000); a second number makes a second shop, whose pages
                        are measured beside those of the first: --products 1000,100000
  --rounds <n>          rounds of every measurement, interleaved; the median counts (5)
  --seconds <n>         how long each measurement of a round takes (5)
  --state <where>       ram, a folder of /dev/shm, or disk (disk)
  --only <a,b>          some of ${PARTS.join(', ')} (all)
  --orders <n>          places so many orders in the end, to see whether the last cost as much as the
                        first; 100,000 take a good while
  --out <folder>        where the figures, tables and plots go (docs/benchmarks)
  --fresh               seeds anew, though a shop of this size was kept from an earlier run
  --quick               two short rounds of a small shop, to try it; results go to .kiosk/bench/quick
  --help                this text

Nothing else should run meanwhile. How much did anyway is measured and told.`

export interface Options {
  /** Products of the shop that is measured. */
  readonly products: number
  /** Products of a second shop beside it; 0: there is none. */
  readonly manyProducts: number
  readonly rounds: number
  readonly seconds: number
  readonly state: 'ram' | 'disk'
  readonly parts: readonly Part[]
  /** How many orders are placed in the end, for growth; 0: none. */
  readonly orders: number
  readonly out: string
  readonly isFresh: boolean
  readonly isQuick: boolean
}

const RAM_DISK = '/dev/shm'

/** @throws when an option is unknown or makes no sense; 'help' when that is what is asked for. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      products: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      state: { type: 'string', default: 'disk' },
      only: { type: 'string' },
      orders: { type: 'string' },
      out: { type: 'string' },
      fresh: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const isQuick = values.quick
  const [products = '', many, ...more] = (values.products ?? (isQuick ? '200' : '1000')).split(',')
  if (more.length > 0) throw new Error('--products takes two numbers at most')
  return {
    products: count('products', products, 1, 100_000),
    manyProducts: many === undefined ? 0 : count('products', many, 1, 100_000),
    rounds: count('rounds', values.rounds ?? (isQuick ? '2' : '5'), 1, 100),
    seconds: count('seconds', values.seconds ?? (isQuick ? '1' : '5'), 1, 600),
    state: stateOf(values.state),
    parts: partsOf(values.only, isQuick),
    orders: values.orders === undefined ? 0 : count('orders', values.orders, 1, 10_000_000),
    out: resolve(values.out ?? join(ROOT, isQuick ? '.kiosk/bench/quick' : 'docs/benchmarks')),
    isFresh: values.fresh,
    isQuick,
  }
}

/** The folder in which the state folders of a run are made. */
export function stateRoot({ state }: Pick<Options, 'state'>): string {
  if (state === 'disk') return join(ROOT, '.kiosk/bench')
  if (existsSync(RAM_DISK)) return RAM_DISK
  throw new Error(`--state ram needs ${RAM_DISK}, which this system does not have`)
}

function stateOf(text: string): Options['state'] {
  if (text === 'ram' || text === 'disk') return text
  throw new Error(`--state is ram or disk, not "${text}"`)
}

function partsOf(text: string | undefined, isQuick: boolean): readonly Part[] {
  if (text === undefined) {
    // A first `start` with its seed takes most of the minute that a quick run has.
    return PARTS.filter((part) => !(isQuick && part === 'start'))
  }
  return text.split(',').map((name) => {
    const part = PARTS.find((known) => known === name)
    if (part === undefined) throw new Error(`--only knows ${PARTS.join(', ')}, not "${name}"`)
    return part
  })
}

/** @throws when a text is no whole number between the two */
export function count(name: string, text: string, min: number, max: number): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= min && number <= max) return number
  throw new Error(`--${name} must be a whole number from ${min} to ${max}, not "${text}"`)
}
