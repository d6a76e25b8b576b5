import { expect, it } from 'vitest'
import { searchExpression } from './search-terms.ts'

it.each([
  ['linen shirt', '"linen"* AND "shirt"*'],
  ['  Linen,SHIRT!! ', '"linen"* AND "shirt"*'],
  ['"mug" OR NOT (tea*', '"mug"* AND "or"* AND "not"* AND "tea"*'],
  ['TEE-BLUE_m', '"tee"* AND "blue"* AND "m"*'],
  ['tea Tea TEA', '"tea"*'],
  ['cre\u0300me', '"crème"*'],
  ['漢字', '"漢字"*'],
  ['', null],
  ['\u0000"*()^:-👕', null],
  ['\u0301', null],
])('reads %j as words', (text, expression) => {
  expect(searchExpression(text)).toBe(expression)
})

it('takes the first sixteen words', () => {
  const text = Array.from({ length: 5_000 }, (_, n) => `w${n}`).join('" OR "')
  expect(searchExpression(text)?.split(' AND ')).toHaveLength(16)
})
