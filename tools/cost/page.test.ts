import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { PAGE, pageWith, snapshot } from './page.ts'

it('the page shows the counts that are kept', () => {
  expect(readFileSync(PAGE, 'utf8')).toBe(pageWith(snapshot()))
})
