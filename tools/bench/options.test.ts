import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from '../build.ts'
import { readOptions } from './options.ts'

test('measures a shop of 1,000 products in five rounds', () => {
  expect(readOptions([])).toEqual({
    products: 1000,
    manyProducts: 0,
    rounds: 5,
    seconds: 5,
    state: 'disk',
    parts: ['pages', 'platform', 'orders', 'flash', 'events', 'startup', 'bundles', 'start'],
    orders: 0,
    out: join(ROOT, 'docs/benchmarks'),
    isFresh: false,
    isQuick: false,
  })
})

test('measures a second, larger shop beside it when it is asked to', () => {
  expect(readOptions(['--products', '1000,100000'])).toMatchObject({
    products: 1000,
    manyProducts: 100_000,
  })
})

test('leaves the kept results alone in a quick run', () => {
  const options = readOptions(['--quick'])
  expect(options).toMatchObject({ out: join(ROOT, '.kiosk/bench/quick'), rounds: 2, seconds: 1 })
})

test('takes what is said over what quick means', () => {
  expect(readOptions(['--quick', '--rounds', '3'])).toMatchObject({ rounds: 3, seconds: 1 })
})

test('measures only what is named', () => {
  expect(readOptions(['--only', 'orders,pages'])).toMatchObject({ parts: ['orders', 'pages'] })
})

test.each([
  ['--products', '0'],
  ['--products', '1,2,3'],
  ['--products', '1e3'],
  ['--rounds', '2.5'],
  ['--seconds', '-1'],
  ['--state', 'tape'],
  ['--only', 'coffee'],
  ['--unknown', '1'],
])('refuses %s %s', (name, value) => {
  expect(() => readOptions([name, value])).toThrow(/--/)
})

test('places many orders only when it is asked to', () => {
  expect(readOptions(['--orders', '100000'])).toMatchObject({ orders: 100_000 })
})

test('tells its options', () => {
  expect(readOptions(['--help'])).toBe('help')
})
