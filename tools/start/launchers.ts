import { spawnSync } from 'node:child_process'

const WATCH_MS = 2_000

const PACKAGE_MANAGER = /^(\S*node\S* )?(\S*\/)?(npm|npx|pnpm)(\.c?js)?( |$)/
const SHELL = /^(\S*\/)?(ba|da|z)?sh -c /

interface Process {
  readonly parent: number
  readonly command: string
}

/**
 * Calls back when a package manager that started this tool is gone: `npx pnpm start` is four processes
 * deep, and npx, when it is told to end, ends alone. Nobody would be left to stop the shop.
 */
export function watchLaunchers(onGone: () => void): void {
  const launchers = launchersOf(process.ppid, listProcesses())
  if (launchers.length === 0) return
  const watch = setInterval(() => {
    if (countAlive(launchers) === launchers.length) return
    clearInterval(watch)
    onGone()
  }, WATCH_MS)
  watch.unref()
}

/** The line of package managers, and shells between them, that ends at a process. */
export function launchersOf(pid: number, processes: ReadonlyMap<number, Process>): number[] {
  const line: number[] = []
  let packageManagers = 0
  for (let at = pid; ;) {
    const process = processes.get(at)
    if (process === undefined) break
    const isPackageManager = PACKAGE_MANAGER.test(process.command)
    if (!isPackageManager && !SHELL.test(process.command)) break
    line.push(at)
    if (isPackageManager) packageManagers = line.length
    at = process.parent
  }
  return line.slice(0, packageManagers)
}

function listProcesses(): Map<number, Process> {
  const processes = new Map<number, Process>()
  for (const row of ps('-A', '-o', 'pid=,ppid=,args=')) {
    const [, pid, parent, command = ''] = /^ *(\d+) +(\d+) (.*)$/.exec(row) ?? []
    if (pid !== undefined) processes.set(Number(pid), { parent: Number(parent), command })
  }
  return processes
}

// A process that ended but was not yet waited for still has its id, and the state Z.
function countAlive(pids: readonly number[]): number {
  return ps('-o', 'stat=', '-p', pids.join(',')).filter((state) => /^[^Z]/.test(state)).length
}

// Where there is no ps, as in the smallest containers, nobody is watched.
function ps(...args: string[]): string[] {
  return spawnSync('ps', args, { encoding: 'utf8' }).stdout?.split('\n') ?? []
}
