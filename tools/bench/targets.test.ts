import { expect, test } from 'vitest'
import { exampleResult, figure } from './example.ts'
import { judgeTargets } from './targets.ts'

test('judges every target of a full run', () => {
  expect(judgeTargets(exampleResult()).map(({ value, isMet }) => [value, isMet])).toEqual([
    ['73% (≥ 70%)', true],
    ['18% (≥ 70%)', false],
    ['63% (≥ 70%)', false],
    ['16% (≥ 70%)', false],
    ['2.00× (≤ 3.00×)', true],
    ['9.84× (≤ 3.00×)', false],
    ['33.3 ms (≤ 60.0 ms)', true],
    ['1.05× (≤ 1.20×)', true],
    ['1.60 s (≤ 3.00 s)', true],
    ['200 MB (≤ 400 MB)', true],
    ['400 MB (≤ 400 MB)', true],
  ])
})

test('says nothing of what was not measured', () => {
  expect(judgeTargets(exampleResult([figure('list', 'rate', 'per s', 5)]))).toEqual([])
})

test('judges growth by rate where processor time is not told', () => {
  const figures = [
    figure('1000 orders', 'growth rate', 'per s', 100),
    figure('2000 orders', 'growth rate', 'per s', 50),
  ]
  expect(judgeTargets(exampleResult(figures))).toMatchObject([{ value: '2.00× (≤ 1.20×)' }])
})
