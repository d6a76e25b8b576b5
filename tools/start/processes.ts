import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

const COLUMNS = ['-A', '-o', 'pid=,ppid=,pgid=,stat=,args=']

export interface Process {
  readonly pid: number
  readonly parent: number
  readonly group: number
  readonly command: string
}

/** Every process that runs now; none where there is no `ps`, as in the smallest containers. */
export function listProcesses(): Process[] {
  return parseProcesses(spawnSync('ps', COLUMNS, { encoding: 'utf8' }).stdout ?? '')
}

/** The same, without holding up whatever else goes on. */
export async function lookAtProcesses(): Promise<Process[]> {
  const { stdout } = await run('ps', COLUMNS, { maxBuffer: 2 ** 24 }).catch(() => ({ stdout: '' }))
  return parseProcesses(stdout)
}

/** A process that ended but was not yet waited for still has its id, and the state Z: it is left out. */
export function parseProcesses(table: string): Process[] {
  return table.split('\n').flatMap((row) => {
    const [, pid, parent, group, stat, command = ''] =
      /^ *(\d+) +(\d+) +(\d+) +(\S+) (.*)$/.exec(row) ?? []
    if (stat === undefined || stat.startsWith('Z')) return []
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group), command }]
  })
}

/** The Workers' runtimes in a process group. Another one than before means that the queues are empty. */
export function runtimesIn(group: number, processes: readonly Process[]): number[] {
  return processes
    .filter((process) => process.group === group && /\bworkerd (.* )?serve /.test(process.command))
    .map((process) => process.pid)
}
