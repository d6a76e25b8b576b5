import { expect, test } from 'vitest'
import { progressLine } from './progress.ts'

test('shows how much is done, and guesses how long the rest takes', () => {
  expect(progressLine(6, 12, 'list', 60_000)).toBe(
    `${'█'.repeat(12)}${'░'.repeat(12)} 6 of 12 · list · 60 s left`,
  )
  expect(progressLine(1, 11, 'list', 60_000)).toContain('10 min left')
})

test('guesses nothing before anything is done', () => {
  expect(progressLine(0, 12, 'list', 0)).toBe(`${'░'.repeat(24)} 0 of 12 · list`)
})
