import { listProcesses, type Process } from './processes.ts'

const WATCH_MS = 2_000

const PACKAGE_MANAGER = /^(\S*node\S* )?(\S*\/)?(npm|npx|pnpm)(\.c?js)?( |$)/
const SHELL = /^(\S*\/)?(ba|da|z)?sh -c /

/**
 * Calls back when a package manager that started this tool is gone: `npx pnpm start` is four processes
 * deep, and npx, when it is told to end, ends alone. Nobody would be left to stop the shop.
 */
export function watchLaunchers(onGone: () => void): void {
  const processes = new Map(listProcesses().map((process) => [process.pid, process]))
  const launchers = launchersOf(process.ppid, processes)
  if (launchers.length === 0) return
  const watch = setInterval(() => {
    if (countAlive(launchers) === launchers.length) return
    clearInterval(watch)
    onGone()
  }, WATCH_MS)
  watch.unref()
}

type Launcher = Pick<Process, 'parent' | 'command'>

/** The line of package managers, and shells between them, that ends at a process. */
export function launchersOf(pid: number, processes: ReadonlyMap<number, Launcher>): number[] {
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

function countAlive(pids: readonly number[]): number {
  return listProcesses().filter(({ pid }) => pids.includes(pid)).length
}
