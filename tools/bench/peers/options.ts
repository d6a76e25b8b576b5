import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ROOT } from '../../build.ts'
import { count } from '../options.ts'

export const PEERS = ['vendure', 'medusa'] as const
export type Peer = (typeof PEERS)[number]

export const HELP = `pnpm bench:peers [options]     measures Kiosk beside other backends; nothing needs to run before

  --peers <a,b>         some of ${PEERS.join(', ')} (all), which npm installs into .kiosk/peers
  --products <n>        products of each shop (1000)
  --rounds <n>          in each, every backend is started, measured and stopped; the median counts (3)
  --seconds <n>         how long a page is measured in each round; orders take longer (10)
  --out <folder>        where the figures, their table and plot go (docs/benchmarks)
  --quick               one short round of small shops, to try it; results go to .kiosk/bench/quick
  --help                this text

Nothing else should run meanwhile. How much did anyway is measured and told.`

export interface Options {
  readonly peers: readonly Peer[]
  readonly products: number
  readonly rounds: number
  readonly seconds: number
  readonly out: string
}

/** @throws when an option is unknown or makes no sense; 'help' when that is what is asked for. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      peers: { type: 'string', default: PEERS.join(',') },
      products: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      out: { type: 'string' },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const isQuick = values.quick
  return {
    peers: values.peers.split(',').map(peerOf),
    // No shop is smaller than a page of its list.
    products: count('products', values.products ?? (isQuick ? '200' : '1000'), 20, 100_000),
    rounds: count('rounds', values.rounds ?? (isQuick ? '1' : '3'), 1, 100),
    seconds: count('seconds', values.seconds ?? (isQuick ? '5' : '10'), 1, 600),
    out: resolve(values.out ?? join(ROOT, isQuick ? '.kiosk/bench/quick' : 'docs/benchmarks')),
  }
}

const RAM_DISK = '/dev/shm'

/** All data is on a RAM disk where there is one, of Kiosk as of the others. */
export function stateRoot(): { folder: string; state: 'ram' | 'disk' } {
  if (existsSync(RAM_DISK)) return { folder: RAM_DISK, state: 'ram' }
  return { folder: tmpdir(), state: 'disk' }
}

function peerOf(name: string): Peer {
  const peer = PEERS.find((known) => known === name)
  if (peer === undefined) throw new Error(`--peers knows ${PEERS.join(', ')}, not "${name}"`)
  return peer
}
