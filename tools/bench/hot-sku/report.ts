import type { Machine, Noise } from '../machine.ts'
import { quietness, ranOn, round, table } from '../report.ts'
import type { Summary } from '../statistics.ts'
import type { Measured, Plan } from './measure.ts'

/** All that a run found, as it is kept. */
export interface HotSkuResult {
  readonly startedAt: string
  readonly commit: string
  readonly machine: Machine
  readonly versions: Readonly<Record<string, string>>
  readonly plan: Plan
  readonly noise: Noise
  readonly measured: readonly Measured[]
}

/** The table of a run, as a page of Markdown. */
export function hotSkuReportOf(result: HotSkuResult): string {
  const { times, rounds } = result.plan
  return [
    '# A hot SKU',
    INTRODUCTION,
    `${ranOn(result)} ${rounds} rounds, ${times} times each, state on disk.`,
    quietness([result.noise]),
    table(
      ['', 'in flight', 'per s', 'workerd µs each'],
      result.measured.map(({ name, inFlight, rate, cpuUs }) => [
        name,
        String(inFlight),
        cell(rate),
        cpuUs === null ? '' : cell(cpuUs),
      ]),
    ),
    '![A hot SKU](hot-sku.svg)',
  ].join('\n\n')
}

const INTRODUCTION = `Written by \`pnpm bench:hot-sku\`; do not edit. Each number is the median of all rounds, with the least and the most
beside it; \`hot-sku.json\` has them too. [performance.md](../performance.md#a-hot-sku) says what the model leaves out. “Object” is asked
by another Worker, with nothing between; “inventory” is its RPC, of which an order makes two calls. All share one thread here, so
buckets cost processor time and gain none.`

function cell({ median, min, max }: Summary): string {
  return `${round(median, 'per s')} (${round(min, 'per s')}–${round(max, 'per s')})`
}
