import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ROOT } from '../../tools/build.ts'
import { collectDeadLetter, collectSamples, type DataSamples } from './data-samples.ts'
import { startSystem } from './harness.ts'
import { Shop } from './shop.ts'

// What docs/data.md shows of every table was written by the real Workers, once:
// `KIOSK_SAMPLES=write pnpm test --project system data-samples` has it written again.
const FILE = join(ROOT, 'docs/data-samples.json')

it('what the documents show of stored data has the shape of what is stored', async () => {
  const system = await startSystem()
  const collected = await collectSamples(system, await Shop.open(system))
  // Also when it is not needed: its errors are over before another file looks for its own.
  const letter = await collectDeadLetter(system)
  if (process.env['KIOSK_SAMPLES'] === 'write') {
    const orders = { ...collected.databases['orders'], ...letter }
    const databases = { ...collected.databases, orders }
    writeFileSync(FILE, `${JSON.stringify({ ...collected, databases }, null, 2)}\n`)
  }
  const kept = JSON.parse(readFileSync(FILE, 'utf8')) as DataSamples
  expect(shapeOf(kept.databases)).toMatchObject(shapeOf(collected.databases) as object)
  expect(shapeOf(kept.objects)).toEqual(shapeOf(collected.objects))
  // Keys are chosen by chance, and by operators.
  expect(Object.keys(kept.kv)).toEqual(Object.keys(collected.kv))
}, 90_000)

/** A value without what differs from one run to the next. Texts that are JSON are looked into. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf)
  if (typeof value === 'string') return /^[[{]/.test(value) ? shapeOf(JSON.parse(value)) : 'text'
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shapeOf(item)]))
}
