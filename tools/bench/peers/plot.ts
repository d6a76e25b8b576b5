import type { TopLevelSpec } from 'vega-lite'
import { BLUE, draw, GREEN, LEAST_TO_MOST, ORANGE } from '../plots.ts'
import { summaryOf } from '../result.ts'
import type { PeersResult } from './result.ts'

const PANELS = {
  'product list, req/s': 'list: rate',
  'product detail, req/s': 'detail: rate',
  'search, req/s': 'search: rate',
  'complete orders/s, 32 in flight': 'orders, 32 in flight: rate',
  'one order at a time, p50, ms': 'orders, one at a time: p50',
  'memory, after the orders, MB': 'memory, after load: PSS',
}

/** The backends beside each other, each figure on a scale of its own that begins at 0. */
export async function drawPeers(result: PeersResult): Promise<string> {
  const names = [...new Set(result.figures.map(({ subject }) => subject))]
  const panels = Object.entries(PANELS).map(([title, metric]) =>
    panelOf(
      title,
      names.flatMap((name) => {
        const summary = summaryOf(result, name, metric)
        return summary === null ? [] : [{ name, ...summary }]
      }),
    ),
  )
  const spec: TopLevelSpec = {
    columns: 2,
    concat: panels,
    resolve: { scale: { x: 'independent' } },
  }
  return await draw(spec)
}

function panelOf(title: string, values: readonly { name: string; median: number }[]) {
  return {
    title: { text: title, frame: 'group' as const },
    width: 300,
    height: { step: 26 },
    data: { values: [...values] },
    encoding: { y: { field: 'name', type: 'nominal' as const, title: null, sort: null } },
    layer: [
      {
        mark: { type: 'bar' as const, height: 16 },
        encoding: {
          x: { field: 'median', type: 'quantitative' as const, title: null },
          color: {
            field: 'name',
            type: 'nominal' as const,
            scale: { domain: ['Kiosk', 'Vendure', 'Medusa'], range: [BLUE, ORANGE, GREEN] },
            legend: null,
          },
        },
      },
      LEAST_TO_MOST,
      {
        mark: { type: 'text' as const, align: 'left' as const, dx: 6, fontSize: 11 },
        encoding: {
          x: { field: 'max', type: 'quantitative' as const },
          text: { field: 'median', type: 'quantitative' as const, format: ',.3~r' },
        },
      },
    ],
  }
}
