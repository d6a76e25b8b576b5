import { medianOf, type Result } from './result.ts'
import { nameOf } from './subjects/orders.ts'

/** Something that is aimed at, as a ratio or a bound within one run. */
export interface Target {
  readonly name: string
  /** What was measured, in words: `62% (≥ 70%)`. */
  readonly value: string
  readonly isMet: boolean
}

type Figures = Pick<Result, 'figures'>

/** Every target of which this run has measured what it is about. */
export function judgeTargets(result: Figures): Target[] {
  return [
    ...pageTargets(result),
    ...searchTargets(result),
    ...atMost(
      'one order at a time is processing within',
      medianOf(result, nameOf(1), 'processing p50'),
      60,
      (ms) => `${ms.toFixed(1)} ms`,
    ),
    ...growthTarget(result),
    ...atMost(
      '500 buyers and 100 units are settled within',
      medianOf(result, 'flash sale', 'all settled'),
      3_000,
      (ms) => `${(ms / 1000).toFixed(2)} s`,
    ),
    ...memoryTargets(result),
  ]
}

/** Hello-worlds that a page is held against: both have a gateway before them, and a binding between. */
const BEHIND_A_GATEWAY = {
  'hello-behind-kiosk': 'a hello-world Worker behind Kiosk’s own gateway',
  'hello-bound': 'a hello-world Worker behind the least gateway',
}

function pageTargets(result: Figures): Target[] {
  return ['list', 'detail'].flatMap((page) =>
    Object.entries(BEHIND_A_GATEWAY).flatMap(([yardstick, words]) => {
      const ratio = ratioOf(medianOf(result, page, 'rate'), medianOf(result, yardstick, 'rate'))
      return atLeast(`${page}: req/s of ${words}`, ratio, 0.7, percent)
    }),
  )
}

function searchTargets(result: Figures): Target[] {
  const searches = ['search', 'search, one word']
  return [...searches, ...searches.map((page) => `${page}, read anew`)].flatMap((page) => {
    const few = medianOf(result, page, 'rate')
    const many = medianOf(result, `${page}, many products`, 'rate')
    return atMost(`${page}: times as slow with many products`, ratioOf(few, many), 3, times)
  })
}

/** By processor time, which other work on the machine does not change; by rate, where it is not told. */
function growthTarget({ figures }: Figures): Target[] {
  const costs = [
    figures.filter(({ metric }) => metric === 'growth cpu').map(({ values }) => values[0] ?? null),
    figures
      .filter(({ metric }) => metric === 'growth rate')
      .map(({ values }) => ratioOf(1, values[0] ?? null)),
  ].find((list) => list.length > 1)
  const ratio = ratioOf(costs?.at(-1) ?? null, costs?.at(0) ?? null)
  return atMost('the last orders of many: times as dear as the first', ratio, 1.2, times)
}

function memoryTargets(result: Figures): Target[] {
  const runtime = medianOf(result, 'memory idle, workerd', 'PSS')
  const host = medianOf(result, 'memory idle, Node of Miniflare', 'PSS')
  const megabytes = (value: number) => `${Math.round(value)} MB`
  return [
    ...atMost('seven Workers idle, workerd', runtime, 400, megabytes),
    ...atMost(
      'the same with the Node that Miniflare runs in',
      runtime === null || host === null ? null : runtime + host,
      400,
      megabytes,
    ),
  ]
}

function atLeast(
  name: string,
  value: number | null,
  limit: number,
  inWords: (value: number) => string,
): Target[] {
  if (value === null) return []
  const isMet = value >= limit
  return [{ name, value: `${inWords(value)} (≥ ${inWords(limit)})`, isMet }]
}

function atMost(
  name: string,
  value: number | null,
  limit: number,
  inWords: (value: number) => string,
): Target[] {
  if (value === null) return []
  const isMet = value <= limit
  return [{ name, value: `${inWords(value)} (≤ ${inWords(limit)})`, isMet }]
}

function ratioOf(value: number | null, of: number | null): number | null {
  return value === null || of === null || of === 0 ? null : value / of
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`
}

function times(ratio: number): string {
  return `${ratio.toFixed(2)}×`
}
