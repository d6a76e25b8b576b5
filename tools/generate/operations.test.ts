import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openApi } from '@kiosk/contracts/documents/openapi'
import { INVARIANTS } from '@kiosk/contracts/invariants'
import { parse } from 'smol-toml'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../build.ts'
import { readWorkers } from '../wiring/workers.ts'

const page = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8')

function sources(): string {
  const files = globSync('{packages/kit,workers/*}/src/**/*.ts', { cwd: ROOT })
  return files
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(ROOT, file), 'utf8'))
    .join('\n')
}

describe('docs/operations.md', () => {
  it('searches for lines that the code writes', () => {
    const code = sources()
    const named = [...page.matchAll(/message=(?:"([^"]+)"|(\w+))/g)].map(
      ([, quoted, word]) => quoted ?? word ?? '',
    )
    expect(named.length).toBeGreaterThan(10)
    const unknown = new Set(named.filter((message) => !code.includes(`'${message}'`)))
    expect([...unknown]).toEqual([])
  })

  it('names violations that the audit knows', () => {
    const codes = Object.keys(INVARIANTS)
    const [, alarm = ''] = /\| \[Violation\][^|]*\|[^|]*\| ([^|]*) \|/.exec(page) ?? []
    const kinds = [...alarm.matchAll(/`(\w+)\*`/g)].map(([, kind = '']) => kind)
    expect(kinds.length).toBeGreaterThan(3)
    expect(kinds.filter((kind) => !codes.some((code) => code.startsWith(kind)))).toEqual([])
    const named = page.matchAll(
      /`((?:outbox|event|dead_letter|paid_order|reservation|payment|reconciliation|message|captured)_\w+)`/g,
    )
    const columns = ['payment_id', 'event_id']
    const unknown = [...named]
      .map(([, code = '']) => code)
      .filter((code) => !columns.includes(code))
    expect(unknown.filter((code) => !codes.includes(code))).toEqual([])
  })

  it('makes calls that the API has', () => {
    const { paths } = openApi()
    const known = Object.keys(paths ?? {}).map((path) => path.replaceAll(/\{\w+\}/g, '{}'))
    const called = [...page.matchAll(/(?:\$API|GET |POST |PUT )(\/[\w/{}$-]+)/g)].map(
      ([, path = '']) => path.replaceAll(/\{\w+\}|\$\w+/g, '{}'),
    )
    expect(called.length).toBeGreaterThan(10)
    expect([...new Set(called)].filter((path) => !known.includes(path))).toEqual([])
  })

  it('shows the observability settings of every Worker', () => {
    const [, block = ''] = /```toml\n([\s\S]*?)```/.exec(page) ?? []
    const { observability } = parse(block)
    for (const { worker, config } of readWorkers()) {
      expect(config.observability, worker).toEqual(observability)
    }
  })
})
