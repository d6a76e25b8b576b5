import { expect, test } from 'vitest'
import { orphanedRuntimes, parseProcesses, runtimesIn } from './processes.ts'

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

test('finds the runtimes that a killed process has left in a group', () => {
  const left = parseProcesses(
    [
      '    1     0     1 Ss   bash',
      '  300     1     1 Sl   node tools/test.ts',
      '  301   300     1 Sl   node (vitest 1)',
      '  302   301     1 Sl   /opt/workerd-linux-64/bin/workerd serve --binary -',
      '  303     1     1 Sl   /opt/workerd-linux-64/bin/workerd serve --binary -',
      '  304  1999     1 Sl   /opt/workerd-linux-64/bin/workerd serve --binary -',
      '  400     1   400 Sl   /opt/workerd-linux-64/bin/workerd serve --binary -',
    ].join('\n'),
  )
  expect(orphanedRuntimes(300, left)).toEqual([303, 304])
})

test('finds nothing where there is no list', () => {
  expect(runtimesIn(101, [])).toEqual([])
  expect(orphanedRuntimes(101, [])).toEqual([])
})
