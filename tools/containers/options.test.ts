import { expect, test } from 'vitest'
import { readOptions } from './options.ts'

test('says what can be done when nothing is asked for', () => {
  expect(readOptions([])).toBe('help')
})

test('proves with four buyers unless told otherwise', () => {
  expect(readOptions(['prove'])).toEqual({
    command: 'prove',
    isBuilding: false,
    isKeeping: false,
    clients: 4,
  })
})

test.each([
  [['destroy'], 'no command "destroy"'],
  [['prove', 'more'], 'no command "prove more"'],
  [['prove', '--clients', '0'], 'a whole number'],
  [['build', '--fast'], "Unknown option '--fast'"],
])('refuses %o', (args, why) => {
  expect(() => readOptions(args)).toThrow(why)
})
