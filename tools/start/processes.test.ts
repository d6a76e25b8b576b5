import { expect, test } from 'vitest'
import { parseProcesses, runtimesIn } from './processes.ts'

const processes = parseProcesses(
  [
    '  100     1   100 Ssl  node tools/start.ts',
    '  101   100   101 Ssl  node --import end-with-parent.ts wrangler.js dev --port=8787',
    '  102   101   101 Sl   /opt/workerd-linux-64/bin/workerd serve --binary --experimental -',
    '  103   101   101 Z    [workerd] <defunct>',
    '  104   101   101 Sl   /opt/workerd-linux-64/bin/workerd serve --binary --experimental -',
    '  200     1   200 Sl   /opt/workerd-linux-64/bin/workerd serve --binary --experimental -',
    '',
  ].join('\n'),
)

test('finds the runtimes of one shop among all processes', () => {
  expect(runtimesIn(101, processes)).toEqual([102, 104])
})

test('leaves out what has ended and was not yet waited for', () => {
  expect(processes.map(({ pid }) => pid)).toEqual([100, 101, 102, 104, 200])
})

test('finds nothing where there is no list', () => {
  expect(runtimesIn(101, parseProcesses(''))).toEqual([])
})
