import { expect, test } from 'vitest'
import { exampleResult, figure } from './example.ts'
import { drawPlots } from './plots.ts'

test('draws every plot of a full run', async () => {
  const plots = await drawPlots(exampleResult())
  expect([...plots.keys()]).toEqual([
    'pages.svg',
    'orders.svg',
    'events.svg',
    'memory.svg',
    'growth.svg',
  ])
  for (const svg of plots.values()) {
    expect(svg).toMatch(/^<svg [\s\S]*<\/svg>\n$/)
    expect(svg).not.toMatch(/NaN|undefined|null/)
  }
})

test('writes the names and the numbers into it', async () => {
  const svg = (await drawPlots(exampleResult())).get('pages.svg')
  expect(svg).toContain('the same behind Kiosk’s gateway')
  expect(svg).toContain('>11,000<')
  expect(svg).toContain('>search, one word, many products<')
})

test('draws nothing of what was not measured', async () => {
  const plots = await drawPlots(exampleResult([figure('list', 'rate', 'per s', 1, 2, 3)]))
  expect([...plots.keys()]).toEqual(['pages.svg'])
})

test('draws the same from the same figures', async () => {
  expect(await drawPlots(exampleResult())).toEqual(await drawPlots(exampleResult()))
})
