import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { ROOT } from '../build.ts'
import { changesIn, generate } from './files.ts'

it('every generated file in the repository is that of its code: else `pnpm generate`', async () => {
  const changes = await changesIn(ROOT)
  const stale = changes.filter(({ change }) => change !== 'unchanged')
  expect(stale.map(({ path, change }) => `${path} should be ${change}`)).toEqual([])
})

it('writes what is stale, and removes what is no longer generated', async () => {
  const root = mkdtempSync(join(tmpdir(), 'kiosk-generate-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  expect(new Set((await generate(root)).map(({ change }) => change))).toEqual(new Set(['written']))
  writeFileSync(join(root, 'docs/events.md'), 'edited by hand')
  cpSync(join(root, 'docs/openapi/orders.json'), join(root, 'docs/openapi/leftover.json'))
  const changes = await generate(root)
  const changed = changes.filter(({ change }) => change !== 'unchanged')
  expect(changed).toMatchObject([
    { path: 'docs/openapi/leftover.json', change: 'removed' },
    { path: 'docs/events.md', change: 'written' },
  ])
  expect(readFileSync(join(root, 'docs/events.md'), 'utf8')).toContain('# Events')
})
