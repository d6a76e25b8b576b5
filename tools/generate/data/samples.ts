import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../../build.ts'

export type Row = Readonly<Record<string, unknown>>

/** Rows and values that a run of the Workers left: see tests/system/data-samples.test.ts. */
export interface Samples {
  readonly databases: Readonly<Record<string, Readonly<Record<string, Row>>>>
  readonly objects: Readonly<Record<string, Readonly<Record<string, Row>>>>
  readonly kv: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

export function readSamples(): Samples {
  return JSON.parse(readFileSync(join(ROOT, 'docs/data-samples.json'), 'utf8')) as Samples
}

/** A row as people read it: what is kept as JSON text is shown as what it stands for. */
export function readable(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      isJson(value) ? (JSON.parse(value) as unknown) : value,
    ]),
  )
}

export function isJson(value: unknown): value is string {
  return typeof value === 'string' && /^[[{]/.test(value)
}
