import { complaints, type Noise } from './machine.ts'
import { type Figure, type Result, summaryOf, type Unit } from './result.ts'
import { summarize } from './statistics.ts'
import { judgeTargets } from './targets.ts'

/** The tables of a run, as a page of Markdown. */
export function reportOf(result: Result): string {
  return [
    '# Benchmarks',
    INTRODUCTION,
    machineOf(result),
    ...targetsOf(result),
    ...SECTIONS.flatMap((section) => tableOf(result, section)),
  ].join('\n\n')
}

const INTRODUCTION = `Written by \`pnpm bench\`; do not edit. Each number is the median of all rounds, with the least and the most
beside it. [performance.md](../performance.md) says what was measured and what limits each figure; \`result.json\` has the
values of every round.`

function machineOf(result: Result): string {
  const { products, rounds, seconds, state } = result.settings
  const where = state === 'ram' ? 'a RAM disk' : 'disk'
  const settings = `${products} products, ${rounds} rounds of ${seconds} s, state on ${where}.`
  return `${ranOn(result)} ${settings}\n\n${quietness(result.noise)}`
}

/** When what was measured on which machine. */
export function ranOn({
  startedAt,
  commit,
  machine,
  versions,
}: Pick<Result, 'startedAt' | 'commit' | 'machine' | 'versions'>): string {
  const ran = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  return (
    `${startedAt.slice(0, 10)}, ${commit}: ${machine.processors} processors (${machine.processor}), ` +
    `${machine.memoryGiB} GiB, ${machine.system}; ${ran.join(', ')}. The load generator ran on the same processors.`
  )
}

/** Whether the figures may be quoted. */
export function quietness(noise: readonly Noise[]): string {
  const heard = complaints(noise)
  if (heard.length === 0) return 'The machine was quiet.'
  return `**The machine was not quiet**: ${heard.join('; ')}. Ratios within the run stand; do not quote the rest.`
}

function targetsOf(result: Result): string[] {
  const targets = judgeTargets(result)
  if (targets.length === 0) return []
  const rows = targets.map(({ name, value, isMet }) => [name, value, isMet ? 'met' : '**not met**'])
  return ['## Targets', table(['target', 'measured', ''], rows)]
}

/** A table of figures: a row per subject, a column per metric. */
interface Section {
  readonly title: string
  readonly plot?: string
  readonly note?: string
  /** Which subjects have a row, and what it is called. */
  readonly row: (subject: string) => string | null
  readonly metrics: Readonly<Record<string, string>>
}

const SECTIONS: readonly Section[] = [
  {
    title: 'Pages',
    plot: 'pages.svg',
    note: '16 connections. The three hello-worlds are what the pages are held against.',
    row: (subject) => (/^(hello|list|detail|search)/.test(subject) ? subject : null),
    metrics: {
      rate: 'req/s',
      p50: 'p50 ms',
      'p97.5': 'p97.5 ms',
      p99: 'p99 ms',
      cpu: 'workerd µs each',
      size: 'KiB each',
    },
  },
  {
    title: 'Orders',
    plot: 'orders.svg',
    note:
      'An order is in flight from its first request until it is `processing`. Times count from its first ' +
      'request: to the answer to `POST /v1/orders`, to that to `POST /v1/payments`, to `processing`.',
    row: (subject) => (subject.startsWith('orders, ') ? subject : null),
    metrics: {
      rate: 'orders/s',
      'ordered p50': 'ordered p50 ms',
      'paid p50': 'paid p50 ms',
      'processing p50': 'processing p50 ms',
      'processing p95': 'p95 ms',
      'processing p99': 'p99 ms',
      cpu: 'workerd µs each',
    },
  },
  {
    title: 'Operations of the platform',
    note: 'One per request, straight to the Worker that does it: what orders are made of.',
    row: (subject) => (/^(D1 batch|object write), /.test(subject) ? subject : null),
    metrics: { rate: 'per s', p50: 'p50 ms', p99: 'p99 ms', cpu: 'workerd µs each' },
  },
  {
    title: 'Events',
    plot: 'events.svg',
    note:
      'From an event being said to its effect. `queue` is a bare message, from `send` to its consumer, with ' +
      'nothing else on the way.',
    row: (subject) => (subject === 'queue' || subject.includes(' → ') ? subject : null),
    metrics: {
      'taken p50': 'effect p50 ms',
      'taken p99': 'effect p99 ms',
      p50: 'message p50 ms',
      p99: 'message p99 ms',
    },
  },
  {
    title: 'Flash sale',
    note: '500 buyers ask for one of 100 units at the same moment. Anything but 100 sales fails the run.',
    row: (subject) => (subject === 'flash sale' ? subject : null),
    metrics: {
      'all answered': 'all answered ms',
      'all settled': 'all settled ms',
      confirmed: 'confirmed',
      'told sold out': 'told sold out',
    },
  },
  {
    title: 'Memory',
    plot: 'memory.svg',
    row: (subject) => (subject.startsWith('memory ') ? subject : null),
    metrics: { PSS: 'PSS MB', RSS: 'RSS MB' },
  },
  {
    title: 'Start',
    note:
      'The lean start of the benchmark, from the start of its process to a page of products; and `pnpm start` ' +
      'of an installed checkout.',
    row: (subject) => (/^(start-up|pnpm start)$/.test(subject) ? subject : null),
    metrics: {
      listening: 'listening ms',
      'first answer': 'first answer ms',
      'first, with its seed': 'first, with its seed s',
      again: 'again s',
    },
  },
  {
    title: 'Workers',
    note: 'What is deployed of each, and how long a fresh isolate takes to compile it and run its top level.',
    row: (subject) => (subject.startsWith('Worker ') ? subject.slice('Worker '.length) : null),
    metrics: { size: 'KiB', 'size, gzip': 'KiB, gzip', start: 'start ms' },
  },
  {
    title: 'The last order costs what the first did',
    plot: 'growth.svg',
    note: 'Measured once, 32 in flight.',
    row: (subject) => (/^\d+ orders$/.test(subject) ? subject : null),
    metrics: {
      'growth rate': 'orders/s',
      'growth p50': 'processing p50 ms',
      'growth cpu': 'workerd µs each',
    },
  },
]

function tableOf(result: Result, { title, plot, note, row, metrics }: Section): string[] {
  const measured = new Set(result.figures.map(({ subject }) => subject))
  const subjects = inOrder([...measured].filter((subject) => row(subject) !== null))
  const columns = Object.entries(metrics).filter(([metric]) =>
    subjects.some((subject) => summaryOf(result, subject, metric) !== null),
  )
  if (columns.length === 0) return []
  const rows = subjects.map((subject) => [
    row(subject) ?? '',
    ...columns.map(([metric]) => cellOf(result.figures, subject, metric)),
  ])
  return [
    `## ${title}`,
    ...(note === undefined ? [] : [note]),
    table(['', ...columns.map(([, heading]) => heading)], rows),
    ...(plot === undefined ? [] : [`![${title}](${plot})`]),
  ]
}

/** As they were measured, but what differs by how many are in flight together, fewer of them first. */
function inOrder(subjects: readonly string[]): string[] {
  const families = Map.groupBy(subjects, (subject) => subject.replace(IN_FLIGHT, ''))
  return [...families.values()].flatMap((family) =>
    family.toSorted((a, b) => inFlightIn(a) - inFlightIn(b)),
  )
}

const IN_FLIGHT = /, (one at a time|\d+ in flight)$/

function inFlightIn(subject: string): number {
  return Number.parseInt(IN_FLIGHT.exec(subject)?.[1] ?? '', 10) || 1
}

/** The median of a figure with the least and the most; empty where it was not measured. */
export function cellOf(figures: readonly Figure[], subject: string, metric: string): string {
  const figure = figures.find((one) => one.subject === subject && one.metric === metric)
  if (figure === undefined) return ''
  const { median, min, max } = summarize(figure.values)
  const middle = round(median, figure.unit)
  if (figure.values.length === 1 || min === max) return middle
  return `${middle} (${round(min, figure.unit)}–${round(max, figure.unit)})`
}

/** Three digits say as much as a measurement knows. */
export function round(value: number, unit: Unit): string {
  if (unit === 'count') return String(value)
  if (value === 0) return '0'
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  return value.toFixed(Math.min(digits, 2))
}

/** A table of Markdown. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n')
}
