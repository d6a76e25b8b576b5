import { describe, expect, test } from 'vitest'
import { readOptions } from './options.ts'

describe('the options', () => {
  test('have a default that is worth keeping', () => {
    expect(readOptions([])).toMatchObject({
      peers: ['vendure', 'medusa'],
      products: 1000,
      rounds: 3,
      seconds: 10,
    })
  })

  test('can be short, and then overwrite nothing that is kept', () => {
    const quick = readOptions(['--quick', '--peers', 'medusa'])
    expect(quick).toMatchObject({ peers: ['medusa'], products: 200, rounds: 1, seconds: 5 })
    expect(quick).not.toMatchObject({ out: expect.stringContaining('docs') })
  })

  test.each([
    [['--peers', 'vendure,magento'], '--peers knows vendure, medusa, not "magento"'],
    [['--products', '19'], '--products must be a whole number from 20 to 100000, not "19"'],
    [['--rounds', 'many'], '--rounds must be a whole number from 1 to 100, not "many"'],
  ])('refuse %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(message)
  })

  test('tell what they are', () => {
    expect(readOptions(['--help'])).toBe('help')
  })
})
