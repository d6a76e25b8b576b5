import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cost, Usage } from '../../tests/cost/measure.ts'
import { ROOT } from '../build.ts'
import { amountsOf, apartOf, usdOf, type Amounts, type Resource } from './bill.ts'
import prices from './prices.json' with { type: 'json' }
import { purposesOf } from './purposes.ts'

export const PAGE = join(ROOT, 'docs/cost.md')
const BEGIN = '<!-- cost:begin -->'
const END = '<!-- cost:end -->'

const SNAPSHOT = join(ROOT, 'tests/cost/cost.json')

/** The counts that were agreed on last: a change of them is part of a review. */
export function snapshot(): Cost {
  return JSON.parse(existsSync(SNAPSHOT) ? readFileSync(SNAPSHOT, 'utf8') : '{}') as Cost
}

/** Keeps counts, and the page that tells of them. */
export function keep(cost: Cost): void {
  writeFileSync(SNAPSHOT, `${JSON.stringify(cost, null, 2)}\n`)
  writeFileSync(PAGE, pageWith(cost))
}

/** The page as it is to be: its text by hand, and between the marks the tables of these counts. */
export function pageWith(cost: Cost): string {
  const [before, rest] = readFileSync(PAGE, 'utf8').split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error(`${PAGE} has no marks`)
  return `${before}${BEGIN}\n\n${tablesOf(cost)}\n\n${END}${after}`
}

const ONE = 'order of one line'
const THREE = 'order of three lines'
const MAILS = 3

/** The bill, in Markdown. */
export function tablesOf(cost: Cost): string {
  const { operations } = cost
  const one = operationOf(operations, ONE)
  return [
    '### An order',
    '',
    ...orderTable(one, operationOf(operations, THREE)),
    '',
    '### What each dollar buys',
    '',
    ...table(
      ['For a million orders of one line', 'USD'],
      purposesOf(one).map(([purpose, usd]) => [purpose, money(usd)]),
    ),
    '',
    '### Everything else',
    '',
    ...pagesTable(operations),
    '',
    '### A day on which nothing happens',
    '',
    ...idleTable(cost.idle),
  ].join('\n')
}

const WORDS: Readonly<Record<Resource, string>> = {
  requests: 'Requests to the gateway',
  cpuMs: 'CPU time, ms (assumed)',
  d1RowsRead: 'D1 rows read',
  d1RowsWritten: 'D1 rows written, forgetting included',
  objectRequests: 'Durable Object requests, alarms included',
  objectGbSeconds: 'Durable Object duration, GB-s (assumed)',
  objectRowsRead: 'Durable Object rows read',
  objectRowsWritten: 'Durable Object rows written, alarms included',
  queueOperations: 'Queue operations',
  kvReads: 'KV reads',
  kvWrites: 'KV writes',
  logEvents: 'Log lines, all kept',
  emails: 'Mails, by Cloudflare',
}

function orderTable(one: Usage, three: Usage): string[] {
  const row = (resource: Resource, few: Amounts, many: Amounts) => [
    WORDS[resource],
    amount(few[resource] ?? 0),
    amount(many[resource] ?? 0),
    String(prices.usdPerMillion[resource]),
    large(prices.includedPerMonth[resource]),
    money(usdOf({ [resource]: few[resource] ?? 0 })),
    money(usdOf({ [resource]: many[resource] ?? 0 })),
  ]
  const rows = (few: Amounts, many: Amounts) =>
    (Object.keys(WORDS) as Resource[])
      .filter((resource) => (few[resource] ?? 0) + (many[resource] ?? 0) > 0)
      .map((resource) => row(resource, few, many))
  const [few, many] = [amountsOf(one), amountsOf(three)]
  const sum = ['**Sum**', '', '', '', '', `**${money(usdOf(few))}**`, `**${money(usdOf(many))}**`]
  return table(
    [
      'An order of',
      'one line',
      'three lines',
      'USD a million',
      'included a month',
      'a million of one line, USD',
      'of three, USD',
    ],
    [...rows(few, many), sum, ...rows(apartOf(one, MAILS), apartOf(three, MAILS))],
  )
}

function pagesTable(operations: Cost['operations']): string[] {
  const rows = Object.entries(operations).filter(([name]) => name !== ONE && name !== THREE)
  return table(
    [
      'One',
      'D1 rows read',
      'D1 rows written',
      'object requests',
      'KV reads',
      'bytes',
      'a million, USD',
    ],
    rows.map(([name, usage]) => {
      const amounts = amountsOf(usage)
      const { d1RowsRead = 0, d1RowsWritten = 0, objectRequests = 0, kvReads = 0 } = amounts
      const counts = [d1RowsRead, d1RowsWritten, objectRequests, kvReads, usage.responseBytes]
      return [name, ...counts.map(amount), money(usdOf(amounts))]
    }),
  )
}

const DAY_SECONDS = 24 * 60 * 60
const BEAT_SECONDS = 30
const CRON_SECONDS = 60
const DAYS = 30

function idleTable({ beat, cron }: Cost['idle']): string[] {
  const times = { beat: DAY_SECONDS / BEAT_SECONDS, cron: DAY_SECONDS / CRON_SECONDS }
  const each = {
    beat: amountsOf({ used: beat, forgotten: {} }),
    cron: amountsOf({ used: cron, forgotten: {} }),
  }
  const row = (name: string, amounts: Amounts, perDay: number) => {
    const { d1RowsRead = 0, objectRequests = 0, objectRowsWritten = 0 } = amounts
    const counts = [d1RowsRead, objectRequests, objectRowsWritten].map((each) =>
      amount(each * perDay),
    )
    return [name, ...counts, money((usdOf(amounts) * perDay * DAYS) / 1e6)]
  }
  return table(
    ['All Workers', 'D1 rows read', 'object requests', 'object rows written', 'a month, USD'],
    [
      row(`heartbeats, every ${BEAT_SECONDS} s`, each.beat, times.beat),
      row(`crons, every ${CRON_SECONDS} s`, each.cron, times.cron),
    ],
  )
}

function operationOf(operations: Cost['operations'], name: string): Usage {
  const usage = operations[name]
  if (usage === undefined) throw new Error(`${name} was not counted`)
  return usage
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const rule = heads.map((_, column) => (column === 0 ? '---' : '---:'))
  return [heads, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`)
}

function amount(count: number): string {
  return Number.isInteger(count) ? count.toLocaleString('en') : count.toFixed(3)
}

function large(count: number): string {
  const [size, word] = count >= 1e9 ? [1e9, 'billion'] : count >= 1e6 ? [1e6, 'million'] : [1, '']
  return `${(count / size).toLocaleString('en')} ${word}`.trim()
}

function money(usd: number): string {
  return usd.toFixed(2)
}
