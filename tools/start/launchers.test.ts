import { expect, test } from 'vitest'
import { launchersOf } from './launchers.ts'

test('finds every package manager between a command line and this tool', () => {
  const processes = table([
    [10, 1, '/bin/bash -l'],
    [11, 10, 'npm exec pnpm@12.21.0 start'],
    [12, 11, "sh -c 'pnpm' start"],
    [13, 12, 'pnpm start'],
    [14, 13, 'sh -c trap "" INT; node tools/start.ts'],
  ])
  expect(launchersOf(14, processes)).toEqual([14, 13, 12, 11])
})

test('leaves the shell alone that put the command into the background', () => {
  const processes = table([
    [11, 1, "bash -c 'pnpm start & sleep 5'"],
    [13, 11, '/usr/bin/node /usr/lib/node_modules/pnpm/bin/pnpm.cjs start'],
  ])
  expect(launchersOf(13, processes)).toEqual([13])
})

test('watches nobody when the tool was started without a package manager', () => {
  expect(launchersOf(10, table([[10, 1, '/bin/bash -l']]))).toEqual([])
  expect(launchersOf(10, table([]))).toEqual([])
})

function table(rows: [pid: number, parent: number, command: string][]) {
  return new Map(rows.map(([pid, parent, command]) => [pid, { parent, command }]))
}
