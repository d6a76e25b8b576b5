import { describe, expect, test } from 'vitest'
import { exampleResult, figure } from '../example.ts'
import { drawPeers } from './plot.ts'
import { peersReportOf } from './report.ts'
import { judgeAims, type PeersResult } from './result.ts'

const ORDERS = 'orders, 32 in flight: rate'

describe('a report', () => {
  test('has the backends beside each other, Kiosk first, with how many times as good it is', () => {
    const report = peersReportOf(
      resultOf(
        figure('Vendure', 'list: rate', 'per s', 90, 100, 110),
        figure('Kiosk', 'list: rate', 'per s', 800),
        figure('Medusa', 'list: rate', 'per s', 20),
      ),
    )
    expect(report).toContain('|  | Kiosk | Vendure | Medusa | beside Vendure | beside Medusa |')
    expect(report).toContain(
      '| product list, 20 items, req/s | 800 | 100 (90.0–110) | 20.0 | 8.0× | 40× |',
    )
  })

  test('turns the ratio round where less is better', () => {
    const metric = 'orders, one at a time: p50'
    const report = peersReportOf(
      resultOf(figure('Kiosk', metric, 'ms', 40), figure('Medusa', metric, 'ms', 1200)),
    )
    expect(report).toContain('| the same, p50, ms | 40.0 | 1200 | 30× |')
  })

  test('holds pages that nobody asked for before against the same pages of the others', () => {
    const report = peersReportOf(
      resultOf(
        figure('Kiosk', 'list, read anew: rate', 'per s', 300),
        figure('Vendure', 'list: rate', 'per s', 100),
      ),
    )
    expect(report).toContain('| list, nothing that Kiosk keeps, req/s | 300 | 100 | 3.0× |')
  })

  test('leaves open what was not measured', () => {
    const report = peersReportOf(
      resultOf(
        figure('Kiosk', 'flash sale: confirmed', 'count', 100),
        figure('Medusa', 'list: rate', 'per s', 20),
      ),
    )
    expect(report).toContain(
      '| flash sale, 500 buyers for 100 units: orders accepted | 100 | – |  |',
    )
    expect(report).not.toContain('## Targets')
  })
})

describe('the targets', () => {
  test('are times as many orders as another takes', () => {
    const result = resultOf(
      figure('Kiosk', ORDERS, 'per s', 90),
      figure('Vendure', ORDERS, 'per s', 5),
      figure('Medusa', ORDERS, 'per s', 2),
    )
    expect(judgeAims(result)).toEqual([
      { name: 'orders/s beside Vendure', value: '18.0× (≥ 15×)', isMet: true },
      { name: 'orders/s beside Medusa', value: '45.0× (≥ 60×)', isMet: false },
    ])
  })
})

test('a plot has a bar of each backend', async () => {
  const svg = await drawPeers(
    resultOf(figure('Kiosk', ORDERS, 'per s', 90), figure('Vendure', ORDERS, 'per s', 5)),
  )
  expect(svg).toContain('complete orders/s, 32 in flight')
  expect(svg).toContain('Vendure')
})

function resultOf(...figures: PeersResult['figures'][number][]): PeersResult {
  const { startedAt, tookSeconds, commit, machine, versions, noise } = exampleResult()
  const settings = { products: 1000, rounds: 3, seconds: 10, state: 'ram' as const }
  return { startedAt, tookSeconds, commit, machine, versions, noise, settings, figures }
}
