import { expect, test } from 'vitest'
import { measureRounds, rotated } from './measure.ts'
import { Figures, type Subject } from './result.ts'

test('measures every subject once a round, another one first each time', async () => {
  const order: string[] = []
  const subject = (name: string): Subject => ({
    name,
    part: 'pages',
    measure() {
      order.push(name)
      return Promise.resolve([{ metric: 'rate', unit: 'per s', value: order.length }])
    },
  })
  const figures = new Figures()
  const noise = await measureRounds(
    {
      subjects: [subject('a'), subject('b')],
      last: [subject('z')],
      count: 3,
      shops: [],
      spin: () => 100,
      onTurn: () => {},
    },
    figures,
  )
  expect(order.join(' ')).toBe('a b z b a z a b z')
  expect(figures.all()).toEqual([
    { subject: 'a', metric: 'rate', unit: 'per s', values: [1, 5, 7] },
    { subject: 'b', metric: 'rate', unit: 'per s', values: [2, 4, 8] },
    { subject: 'z', metric: 'rate', unit: 'per s', values: [3, 6, 9] },
  ])
  expect(noise.map(({ spinMs }) => spinMs)).toEqual([100, 100, 100])
})

test('takes turns beyond the end of the list', () => {
  expect(rotated(['a', 'b', 'c'], 4)).toEqual(['b', 'c', 'a'])
  expect(rotated([], 1)).toEqual([])
})
