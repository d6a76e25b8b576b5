import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import { medianOf, type Result, summaryOf } from './result.ts'

type Figures = Pick<Result, 'figures'>

/** The plots of a run, by file name. What was not measured has none. */
export async function drawPlots(result: Figures): Promise<ReadonlyMap<string, string>> {
  const specs = {
    'pages.svg': pagesSpec(result),
    'orders.svg': ordersSpec(result),
    'events.svg': eventsSpec(result),
    'memory.svg': memorySpec(result),
    'growth.svg': growthSpec(result),
  }
  const drawn = new Map<string, string>()
  for (const [file, spec] of Object.entries(specs)) {
    if (spec !== null) drawn.set(file, await draw(spec))
  }
  return drawn
}

/** A plot as SVG, in the style of all of them. */
export async function draw(spec: TopLevelSpec): Promise<string> {
  const view = new View(parse(compile({ ...spec, config: STYLE }).spec), { renderer: 'none' })
  try {
    return `${await view.toSVG()}\n`
  } finally {
    view.finalize()
  }
}

export const [BLUE, GREY, ORANGE, GREEN] = ['#2563a8', '#9aa3ad', '#d9822b', '#3f8f5f']

// White, because a transparent plot with dark text cannot be read on a dark page.
const STYLE = {
  background: 'white',
  padding: 12,
  font: 'Helvetica, Arial, sans-serif',
  axis: {
    labelLimit: 400,
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    gridColor: '#e6e8eb',
  },
  title: { fontSize: 14, anchor: 'start', offset: 12 },
  legend: { labelLimit: 300, labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal' },
  view: { stroke: null },
} as const

const HELLOS: Readonly<Record<string, string>> = {
  hello: 'hello-world Worker',
  'hello-bound': 'the same behind the least gateway',
  'hello-behind-kiosk': 'the same behind Kiosk’s gateway',
}

function pagesSpec(result: Figures): TopLevelSpec | null {
  const values = subjectsOf(result, /^(hello|list|detail|search)/).flatMap((subject) => {
    const rate = summaryOf(result, subject, 'rate')
    const kind = subject in HELLOS ? 'yardstick' : 'Kiosk'
    return rate === null ? [] : [{ name: HELLOS[subject] ?? subject, kind, ...rate }]
  })
  if (values.length === 0) return null
  const y = { field: 'name', type: 'nominal', title: null, sort: null } as const
  return {
    title: 'Pages: requests per second, 16 connections',
    width: 460,
    height: { step: 28 },
    data: { values },
    encoding: { y },
    layer: [
      {
        mark: { type: 'bar', height: 18 },
        encoding: {
          x: { field: 'median', type: 'quantitative', title: null },
          color: {
            field: 'kind',
            type: 'nominal',
            scale: { domain: ['Kiosk', 'yardstick'], range: [BLUE, GREY] },
            legend: null,
          },
        },
      },
      LEAST_TO_MOST,
      {
        mark: { type: 'text', align: 'left', dx: 6, fontSize: 11 },
        encoding: {
          x: { field: 'max', type: 'quantitative' },
          text: { field: 'median', type: 'quantitative', format: ',.0f' },
        },
      },
    ],
  }
}

export const LEAST_TO_MOST = {
  mark: { type: 'rule', strokeWidth: 1.5 },
  encoding: { x: { field: 'min', type: 'quantitative' }, x2: { field: 'max' } },
} as const

function ordersSpec(result: Figures): TopLevelSpec | null {
  const levels = subjectsOf(result, /^orders, /).map((subject) => ({
    subject,
    inFlight: subject.includes('one at a time') ? '1' : (/\d+/.exec(subject)?.[0] ?? ''),
  }))
  if (levels.length === 0) return null
  const x = { field: 'inFlight', type: 'nominal', title: 'orders in flight', sort: null } as const
  const rates = levels.flatMap(({ subject, inFlight }) => {
    const rate = summaryOf(result, subject, 'rate')
    return rate === null ? [] : [{ inFlight, ...rate }]
  })
  const times = levels.flatMap(({ subject, inFlight }) =>
    ['paid', 'processing'].flatMap((step) =>
      ['p50', 'p95', 'p99'].map((share) => ({
        inFlight,
        until: step === 'paid' ? `until paid, ${share}` : `until processing, ${share}`,
        ms: medianOf(result, subject, `${step} ${share}`),
      })),
    ),
  )
  return {
    hconcat: [
      {
        title: 'Orders per second',
        width: 180,
        height: 240,
        data: { values: rates },
        encoding: { x: { ...x, axis: { labelAngle: 0 } } },
        layer: [
          {
            mark: { type: 'bar', width: 32, color: BLUE },
            encoding: { y: { field: 'median', type: 'quantitative', title: null } },
          },
          {
            mark: { type: 'rule', strokeWidth: 1.5 },
            encoding: { y: { field: 'min', type: 'quantitative' }, y2: { field: 'max' } },
          },
          {
            mark: { type: 'text', dy: -8, fontSize: 11 },
            encoding: {
              y: { field: 'max', type: 'quantitative' },
              text: { field: 'median', type: 'quantitative', format: '.1f' },
            },
          },
        ],
      },
      {
        title: 'How long an order takes, ms',
        width: 320,
        height: 240,
        data: { values: times },
        mark: { type: 'bar' },
        encoding: {
          x: { ...x, axis: { labelAngle: 0 } },
          xOffset: { field: 'until', sort: null },
          y: { field: 'ms', type: 'quantitative', title: null },
          color: {
            field: 'until',
            type: 'nominal',
            sort: null,
            title: null,
            scale: { range: ['#c3cad1', GREY, '#6b7580', '#9cc0e4', BLUE, '#123f6e'] },
          },
        },
      },
    ],
  }
}

function eventsSpec(result: Figures): TopLevelSpec | null {
  const values = subjectsOf(result, / → .* in flight$/).flatMap((subject) => {
    const [, name, inFlight] = /^(.*), (\d+) in flight$/.exec(subject) ?? []
    const p50 = medianOf(result, subject, 'taken p50')
    const p99 = medianOf(result, subject, 'taken p99')
    return p50 === null || p99 === null ? [] : [{ name, inFlight, p50, p99 }]
  })
  if (values.length === 0) return null
  return {
    title: 'From an event being said to its effect, ms: median (dot) to 99th percentile',
    width: 420,
    height: { step: 14 },
    data: { values },
    encoding: {
      y: { field: 'name', type: 'nominal', title: null },
      yOffset: { field: 'inFlight', sort: ['1', '8', '32'] },
      color: {
        field: 'inFlight',
        type: 'nominal',
        title: 'orders in flight',
        sort: ['1', '8', '32'],
        scale: { domain: ['1', '8', '32'], range: [GREEN, BLUE, ORANGE] },
      },
    },
    layer: [
      {
        mark: { type: 'rule', strokeWidth: 2 },
        encoding: { x: { field: 'p50', type: 'quantitative', title: null }, x2: { field: 'p99' } },
      },
      {
        mark: { type: 'circle', size: 60, opacity: 1 },
        encoding: { x: { field: 'p50', type: 'quantitative' } },
      },
    ],
  }
}

function memorySpec(result: Figures): TopLevelSpec | null {
  const values = subjectsOf(result, /^memory /).map((subject) => {
    const [, when, process] = /^memory (.*), (.*)$/.exec(subject) ?? []
    return { when, process, mb: medianOf(result, subject, 'PSS') }
  })
  if (values.length === 0) return null
  return {
    title: 'Memory of all seven Workers, MB (PSS)',
    width: 420,
    height: { step: 34 },
    data: { values },
    mark: { type: 'bar', height: 22 },
    encoding: {
      y: { field: 'when', type: 'nominal', title: null, sort: ['idle', 'after load'] },
      x: { field: 'mb', type: 'quantitative', title: null },
      color: {
        field: 'process',
        type: 'nominal',
        title: null,
        scale: { domain: ['workerd', 'Node of Miniflare'], range: [BLUE, GREY] },
      },
      order: { field: 'process', sort: 'descending' },
    },
  }
}

function growthSpec(result: Figures): TopLevelSpec | null {
  const values = subjectsOf(result, /^\d+ orders$/).map((subject) => ({
    orders: Number.parseInt(subject, 10),
    rate: medianOf(result, subject, 'growth rate'),
    ms: medianOf(result, subject, 'growth p50'),
  }))
  if (values.length === 0) return null
  const panel = (field: string, title: string, color: string) => ({
    // Beside each other, they stand on one line.
    title: { text: title, frame: 'group' as const },
    width: 260,
    height: 200,
    data: { values },
    mark: { type: 'line' as const, point: { color }, color },
    encoding: {
      x: { field: 'orders', type: 'quantitative' as const, title: 'orders there are' },
      y: { field, type: 'quantitative' as const, title: null, scale: { zero: true } },
    },
  })
  return {
    bounds: 'flush',
    spacing: 70,
    hconcat: [
      panel('rate', 'Orders per second, 32 in flight', BLUE),
      panel('ms', 'Until processing, median ms', ORANGE),
    ],
  }
}

function subjectsOf({ figures }: Figures, pattern: RegExp): string[] {
  return [...new Set(figures.map(({ subject }) => subject))].filter((name) => pattern.test(name))
}
