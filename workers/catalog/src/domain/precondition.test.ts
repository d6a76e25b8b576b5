import { expect, it } from 'vitest'
import { allowsChange } from './precondition.ts'

it.each([
  [undefined, true],
  ['"3"', true],
  ['W/"3"', true],
  ['*', true],
  ['"1", "3"', true],
  [' "3" ', true],
  ['"2"', false],
  ['3', false],
  ['""', false],
  ['nonsense', false],
  ['', false],
])('If-Match %s on version 3: %s', (ifMatch, allowed) => {
  expect(allowsChange(ifMatch, 3)).toBe(allowed)
})
