import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { styleText } from 'node:util'
import { buildWorkers, ROOT } from '../../build.ts'
import { step } from '../../step.ts'
import { complaints, describeMachine } from '../machine.ts'
import { Figures } from '../result.ts'
import { commitOf } from '../versions.ts'
import type { Backend } from './backend.ts'
import { endAll, endSoon } from './children.ts'
import { prepareKiosk } from './kiosk.ts'
import { prepareMedusa } from './medusa.ts'
import { type Options, type Peer, stateRoot } from './options.ts'
import { drawPeers } from './plot.ts'
import { installPostgres } from './postgres.ts'
import { peersReportOf } from './report.ts'
import { judgeAims, type PeersResult } from './result.ts'
import { measureInRounds } from './rounds.ts'
import { prepareVendure } from './vendure.ts'

/** Measures Kiosk and its peers by turns, and writes what it found: `peers.json`, its table and its plot. */
export async function benchPeers(options: Options): Promise<void> {
  const scratch = mkdtempSync(join(stateRoot().folder, 'kiosk-peers-'))
  process.once('exit', () => {
    endAll()
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 })
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void endSoon().finally(() => process.exit(130)))
  }
  try {
    const result = await measure(options, scratch)
    await step('Report', async ({ say }) => {
      await write(options.out, result)
      say(relative(ROOT, options.out))
    })
    tell(result)
  } finally {
    await endSoon()
  }
}

async function measure(options: Options, scratch: string): Promise<PeersResult> {
  const startedAt = new Date()
  const { backends, versions } = await prepare(options, scratch)
  const figures = new Figures()
  const noise = await measureInRounds(options, backends, figures)
  const { products, rounds, seconds } = options
  return {
    startedAt: startedAt.toISOString(),
    tookSeconds: Math.round((Date.now() - startedAt.getTime()) / 1000),
    commit: commitOf(),
    settings: { products, rounds, seconds, state: stateRoot().state },
    machine: describeMachine(),
    versions,
    noise,
    figures: figures.all(),
  }
}

const TITLES: Readonly<Record<Peer, string>> = { vendure: 'Vendure', medusa: 'Medusa' }
const PREPARE: Readonly<
  Record<Peer, (products: number, scratch: string, binaries: string) => Promise<Backend>>
> = { vendure: prepareVendure, medusa: prepareMedusa }

/** Installs and fills every backend. None of them runs afterwards. */
async function prepare({ peers, products }: Options, scratch: string) {
  const facts = `${products} products`
  const kiosk = await step('Kiosk', async ({ say }) => {
    await buildWorkers()
    const backend = await prepareKiosk(products, scratch)
    say(facts)
    return backend
  })
  const postgres = await step('PostgreSQL', async ({ say }) => {
    const installed = await installPostgres(scratch)
    say(installed.version)
    return installed
  })
  const backends = [kiosk]
  for (const peer of peers) {
    const prepared = await step(TITLES[peer], async ({ say }) => {
      const backend = await PREPARE[peer](products, scratch, postgres.binaries)
      say(facts)
      return backend
    })
    backends.push(prepared)
  }
  const versions = Object.fromEntries([
    ...backends.flatMap((backend) => Object.entries(backend.versions)),
    ['PostgreSQL', postgres.version],
  ])
  return { backends, versions }
}

async function write(folder: string, result: PeersResult): Promise<void> {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'peers.json'), `${JSON.stringify(result, null, 1)}\n`)
  writeFileSync(join(folder, 'peers.md'), `${peersReportOf(result)}\n`)
  writeFileSync(join(folder, 'peers.svg'), await drawPeers(result))
}

function tell(result: PeersResult): void {
  console.log()
  for (const { name, value, isMet } of judgeAims(result)) {
    console.log(`  ${isMet ? styleText('green', '✔') : styleText('red', '✖')} ${name}: ${value}`)
  }
  for (const complaint of complaints(result.noise)) {
    console.log(styleText('yellow', `  The machine was not quiet: ${complaint}.`))
  }
  console.log(`\nIt took ${Math.round(result.tookSeconds / 60)} min.`)
}
