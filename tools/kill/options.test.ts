import { expect, test } from 'vitest'
import { planRounds, readOptions } from './options.ts'

test('kills twenty times unless told otherwise', () => {
  expect(readOptions([])).toMatchObject({ times: 20, clients: 6 })
})

test('plans the same rounds for the same seed', () => {
  const options = { times: 20, clients: 6, seed: 7 }
  expect(planRounds(options)).toEqual(planRounds(options))
  expect(planRounds(options)).not.toEqual(planRounds({ ...options, seed: 8 }))
})

test('has every kind of victim in twenty rounds, and one that dies again while it starts', () => {
  const rounds = planRounds({ times: 20, clients: 6, seed: 7 })
  const victims = new Set(rounds.map(({ victim }) => victim))
  expect([...victims].toSorted()).toEqual(['everything', 'proxy', 'start', 'workerd'])
  expect(rounds.some(({ againAfterMs }) => againAfterMs !== undefined)).toBe(true)
})

test.each([['--times', '0'], ['--clients', 'x'], ['--gently']])('refuses %s %s', (...args) => {
  expect(() => readOptions(args.filter((arg) => arg !== undefined))).toThrow(args[0])
})
