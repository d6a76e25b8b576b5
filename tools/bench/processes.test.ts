import { expect, test } from 'vitest'
import { parseCpuMs, parseMemory } from './processes.ts'

test('reads the time of a process whose name has brackets and spaces', () => {
  const text = '4711 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 120 30 7 8 20 0 1 0 100\n'
  expect(parseCpuMs(text)).toBe(1500)
  expect(parseCpuMs(text, 13)).toBe(150)
})

test('reads its memory', () => {
  const text = [
    '55d0c0000000-7ffd00000000 ---p 00000000 00:00 0   [rollup]',
    'Rss:              204800 kB',
    'Pss:              102400 kB',
    'Pss_Dirty:         50000 kB',
  ].join('\n')
  expect(parseMemory(text)).toEqual({ rss: 204_800 * 1024, pss: 102_400 * 1024 })
})
