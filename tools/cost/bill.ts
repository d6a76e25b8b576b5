import type { Usage } from '../../tests/cost/measure.ts'
import type { Kind, Tally } from '../../tests/cost/seam/protocol.ts'
import prices from './prices.json' with { type: 'json' }

/** What the price list has a price for. */
export type Resource = keyof typeof prices.usdPerMillion
export type Amounts = Partial<Record<Resource, number>>

/** What an operation uses of everything that has a price. Mail and logs are priced apart: see `apartOf`. */
export function amountsOf({ used, forgotten }: Pick<Usage, 'used' | 'forgotten'>): Amounts {
  const sum = (...kinds: Kind[]) => totalOf(used, kinds)
  const { cpuMsPerInvocation, objectMsPerRequest, objectGb } = prices.assumed
  const invocations = sum('request', 'service call', 'queue read')
  return {
    requests: sum('request'),
    cpuMs: invocations * cpuMsPerInvocation,
    d1RowsRead: sum('d1 read'),
    d1RowsWritten: sum('d1 written') + rowsOf(forgotten),
    objectRequests: sum('object request'),
    objectGbSeconds: (sum('object request') * objectMsPerRequest * objectGb) / 1_000,
    objectRowsRead: sum('object read'),
    objectRowsWritten: sum('object written'),
    queueOperations: sum('queue write', 'queue read', 'queue delete'),
    kvReads: sum('kv read'),
    kvWrites: sum('kv write'),
  }
}

/** What is nobody's choice here but the operator's: who delivers mail, and how many logs are kept. */
export function apartOf({ used }: Pick<Usage, 'used'>, emails: number): Amounts {
  return { emails, logEvents: totalOf(used, ['log line']) }
}

/** USD for a million times these amounts. */
export function usdOf(amounts: Amounts): number {
  return Object.entries(amounts).reduce(
    (usd, [resource, amount]) => usd + amount * prices.usdPerMillion[resource as Resource],
    0,
  )
}

function totalOf(used: Readonly<Record<string, Tally>>, kinds: readonly Kind[]): number {
  return Object.values(used)
    .flatMap((tally) => kinds.flatMap((kind) => Object.values(tally[kind] ?? {})))
    .reduce((sum, times) => sum + times, 0)
}

function rowsOf(forgotten: Usage['forgotten']): number {
  return Object.values(forgotten)
    .flatMap((tables) => Object.values(tables))
    .reduce((sum, rows) => sum + rows, 0)
}
