import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import { IO_KINDS, MESSAGE_KINDS } from '../../tests/faults/seam/protocol.ts'
import { ROOT } from '../build.ts'
import type { Cell, Tally } from './tally.ts'

const PAGE = join(ROOT, 'docs/reliability.md')
const BEGIN = '<!-- prove:begin -->'
const END = '<!-- prove:end -->'

/** How a proof was run. */
interface Run {
  readonly systems: number
  /** Whether each journey tried what it shares with others too. */
  readonly all: boolean
  /** 1: every fault was tried; 2: every second one, and so on. */
  readonly every: number
}

/** Writes what a proof found into the page, between its marks. */
export function writeReport(tally: Tally, run: Run): void {
  const page = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : `# Reliability\n\n${BEGIN}\n${END}\n`
  const [before, rest] = page.split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error(`${PAGE} has no marks`)
  writeFileSync(PAGE, `${before}${BEGIN}\n\n${report(tally, run)}\n\n${END}${after}`)
}

const KINDS = [...IO_KINDS, ...MESSAGE_KINDS]

function report(tally: Tally, run: Run): string {
  const head = ['journey', 'points', ...KINDS, 'violations']
  const rows = [...tally.rows].map(([journey, row]) => {
    const cells = KINDS.map((kind) => String(row.get(kind)?.tried ?? 0))
    const violated = [...row.values()].reduce((sum, cell) => sum + cell.violated, 0)
    return [journey, String(tally.points.get(journey) ?? 0), ...cells, String(violated)]
  })
  const total = ['**all**', '', ...KINDS.map((kind) => String(triedOf(tally, kind)))]
  return [
    line(head),
    line(head.map((_, index) => (index === 0 ? '---' : '---:'))),
    ...rows.map(line),
    line([...total, `**${tally.total('violated')}**`]),
    '',
    ...facts(tally, run),
  ].join('\n')
}

const SHARED = [
  'What the journeys share is tried in two of them, the happy path (two SKUs) and the race for the last unit,',
  'and not again in the other nine: placing the order, telling the customer and the catalog, and reads that a',
  'crash cuts short. `pnpm prove --all` tries those too.',
  '',
]

function facts(tally: Tally, run: Run): string[] {
  const minutes = ((Date.now() - tally.startedAt) / 60_000).toFixed(1)
  const cpu = `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}`
  const wrangler = versionOf('wrangler')
  return [
    `${tally.total('tried')} faults, each thrown alone. ${tally.total('missed')} more were planned at points that came up while the`,
    'journey was recorded and not in two attempts to play it again (what runs at the same time does not',
    'always meet): those count as not tried.',
    '',
    ...(run.every === 1
      ? []
      : [`Sampled: of the faults of each journey, one in ${run.every} was tried.`, '']),
    ...(run.all ? [] : SHARED),
    'A read is failed before its effect only: it has none, so to lose its answer is the same. Not failed: the',
    'heartbeats of Workers that say nothing about an order (users, the outbox of the catalog), and the simulated',
    'provider’s own books, which are not ours.',
    '',
    `Run on ${new Date(tally.startedAt).toISOString().slice(0, 10)} by \`pnpm prove\` at ${commit()},`,
    `Node ${process.versions.node}, wrangler ${wrangler}, ${cpu}, ${run.systems} systems at once: ${minutes} min.`,
    ...(tally.broken.length === 0 ? [] : ['', ...tally.broken.map((what) => `- ${what}`)]),
  ]
}

function triedOf(tally: Tally, kind: (typeof KINDS)[number]): number {
  const cells: (Cell | undefined)[] = [...tally.rows.values()].map((row) => row.get(kind))
  return cells.reduce((sum, cell) => sum + (cell?.tried ?? 0), 0)
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function versionOf(name: string): string {
  const manifest = readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}

function commit(): string {
  try {
    const args = ['rev-parse', '--short', 'HEAD']
    return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim()
  } catch {
    return 'an unknown commit'
  }
}
