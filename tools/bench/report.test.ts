import { describe, expect, test } from 'vitest'
import { exampleResult, figure } from './example.ts'
import { reportOf, round } from './report.ts'

describe('a report', () => {
  test('has a table of each part that was measured, with its plot', () => {
    const report = reportOf(exampleResult())
    expect(report.match(/^## .*$/gm)).toEqual([
      '## Targets',
      '## Pages',
      '## Orders',
      '## Events',
      '## Flash sale',
      '## Memory',
      '## The last order costs what the first did',
    ])
    expect(report).toContain('![Pages](pages.svg)')
  })

  test('shows the median with the least and the most', () => {
    expect(reportOf(exampleResult())).toContain('| list | 1100 (1000–1200) |')
  })

  test('has no column of what was not measured', () => {
    const report = reportOf(exampleResult([figure('list', 'rate', 'per s', 5)]))
    expect(report).toContain('|  | req/s |\n| --- | --- |\n| list | 5.00 |')
    expect(report).not.toContain('## Orders')
  })

  test('says what was measured on what', () => {
    const report = reportOf(exampleResult())
    expect(report).toContain('2026-01-01, abc1234: 2 processors (A processor), 24 GiB, linux x64')
    expect(report).toContain('The machine was quiet.')
  })

  test('says when the figures should not be quoted', () => {
    const noise = [{ spinMs: 100, stolen: 0.2, others: 0 }]
    expect(reportOf({ ...exampleResult(), noise })).toContain(
      '**The machine was not quiet**: the host took up to 20% of the processors.',
    )
  })

  test('puts fewer in flight before more', () => {
    const report = reportOf(exampleResult())
    expect(report.match(/^\| orders, .*? \|/gm)).toEqual([
      '| orders, one at a time |',
      '| orders, 8 in flight |',
      '| orders, 32 in flight |',
    ])
    expect(report.match(/^\| payment\.succeeded.*?in flight/gm)).toEqual([
      '| payment.succeeded → orders, 1 in flight',
      '| payment.succeeded → orders, 8 in flight',
      '| payment.succeeded → orders, 32 in flight',
    ])
  })
})

test.each([
  [12_345.6, '12346'],
  [123.45, '123'],
  [12.345, '12.3'],
  [1.2345, '1.23'],
  [0.01234, '0.01'],
  [0, '0'],
])('rounds %d to %s', (value, text) => {
  expect(round(value, 'ms')).toBe(text)
})
