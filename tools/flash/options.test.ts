import { expect, test } from 'vitest'
import { nameOf, readOptions, type Options } from './options.ts'

const plain = { buyers: 2000, units: 100, lines: 1, skus: 1, crashes: false }

test('is the plain sale unless told otherwise', () => {
  expect(read()).toEqual({ sales: [plain], accounts: 20, sockets: 256 })
})

test('draws from as many SKUs as an order has lines', () => {
  const [sale] = read('--lines', '3', '--buyers', '60', '--crashes').sales
  expect(sale).toEqual({ ...plain, buyers: 60, lines: 3, skus: 3, crashes: true })
})

test('has every kind of sale with --all', () => {
  expect(read('--all').sales.map(nameOf)).toEqual([
    'one line',
    '3 lines of 3 SKUs',
    'one line, crashes',
  ])
})

test.each([
  [['--buyers', '0'], /--buyers/],
  [['--units', 'many'], /--units/],
  [['--lines', '3', '--skus', '2'], /at least/],
  [['--by-night'], /by-night/],
])('refuses %s', (args, message) => {
  expect(() => readOptions(args)).toThrow(message)
})

function read(...args: string[]): Options {
  const options = readOptions(args)
  if (options === 'help') throw new Error('asked for help')
  return options
}
