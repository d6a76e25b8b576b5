import { expect, test } from 'vitest'
import { exampleResult } from '../example.ts'
import { hotSkuReportOf } from './report.ts'

test('a report has a row of each task, and leaves open what the system does not tell', () => {
  const { startedAt, commit, machine, versions } = exampleResult()
  const report = hotSkuReportOf({
    startedAt,
    commit,
    machine,
    versions,
    plan: { times: 2000, rounds: 5, inFlight: [1] },
    noise: { spinMs: 50, stolen: 0, others: 0 },
    measured: [
      task('object: reserve', { cpuUs: { median: 611.2, min: 500, max: 900 } }),
      task('sold out, 4 buckets', { cpuUs: null }),
    ],
  })
  expect(report).toContain('5 rounds, 2000 times each')
  expect(report).toContain('The machine was quiet.')
  expect(report).toContain('| object: reserve | 1 | 1500 (1400–1600) | 611 (500–900) |')
  expect(report).toContain('| sold out, 4 buckets | 1 | 1500 (1400–1600) |  |')
})

function task(name: string, rest: { cpuUs: null | { median: number; min: number; max: number } }) {
  const rate = { median: 1500, min: 1400, max: 1600 }
  return { name, path: '/', buckets: 1, units: 1, expected: 'sold', inFlight: 1, rate, ...rest }
}
