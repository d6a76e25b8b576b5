import { descendants } from '../../own-shop/own-shop.ts'
import { listProcesses } from '../../start/processes.ts'
import { cpuMs, memoryOf } from '../processes.ts'

/** Processes and all that come from them. */
export function familyOf(roots: readonly number[]): number[] {
  const processes = listProcesses()
  const found = roots.flatMap((root) => descendants(processes, root))
  return [...new Set(found.map(({ pid }) => pid))]
}

/** The memory of a family, MB, where what several share is counted once; null where it is not told. */
export function memoryOfFamily(roots: readonly number[]): number | null {
  const bytes = sumOf(familyOf(roots).map((pid) => memoryOf(pid)?.pss ?? null))
  return bytes === null ? null : bytes / 1e6
}

/** The processor time of those of a family that run, ms; null where it is not told. */
export function cpuMsOfFamily(roots: readonly number[]): number | null {
  return sumOf(familyOf(roots).map((pid) => cpuMs(pid)))
}

/** Processes may end while they are looked at; where none is told, there is no sum. */
export function sumOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0)
}
