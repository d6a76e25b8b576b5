import { expect, test } from 'vitest'
import { RuntimeWatch, type Finding } from './runtime-watch.ts'

test('says nothing while the same runtimes run', () => {
  expect(looks([[10, 11], true], [[11, 10], true], [[10, 11], true])).toEqual([])
})

test('does not take a busy shop for a dead one', () => {
  const silent = Array.from({ length: 500 }, (): Look => [[10, 11], false])
  expect(looks([[10, 11], true], ...silent)).toEqual([])
})

test('tells once that a runtime was replaced, when the new one answers', () => {
  const findings = looks(
    [[10, 11], true],
    [[10], false],
    [[10, 12], false],
    [[10, 12], true],
    [[10, 12], true],
  )
  expect(findings).toEqual(['replaced'])
})

test('notices a runtime that was replaced between two looks', () => {
  expect(looks([[10, 11], true], [[10, 12], true])).toEqual(['replaced'])
})

test('tells that a runtime does not come back', () => {
  const silent = Array.from({ length: 40 }, (): Look => [[12, 11], false])
  expect(looks([[10, 11], true], ...silent)[0]).toBe('stuck')
})

test('says nothing where the runtimes cannot be known', () => {
  expect(looks([[], true], [[], false], [[], true])).toEqual([])
})

type Look = readonly [runtimes: number[], answers: boolean]

/** What is found by looking every two seconds, but for `fine`. */
function looks(...sights: Look[]): Finding[] {
  const watch = new RuntimeWatch()
  return sights
    .map(([runtimes, answers], n) => watch.look({ runtimes, answers, at: n * 2000 }))
    .filter((finding) => finding !== 'fine')
}
