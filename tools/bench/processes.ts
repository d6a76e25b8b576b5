import { readFileSync } from 'node:fs'

/** Linux counts the time of processes in hundredths of a second, whatever its own clock does. */
const MS_PER_TICK = 10

/** The processor time that a process has used, ms; null where the system has no /proc. */
export function cpuMs(pid: number): number | null {
  const text = read(`/proc/${pid}/stat`)
  return text === null ? null : parseCpuMs(text)
}

/** The same, with that of its descendants that have ended. */
export function familyCpuMs(pid: number): number | null {
  const text = read(`/proc/${pid}/stat`)
  return text === null ? null : parseCpuMs(text) + parseCpuMs(text, CHILDREN)
}

const OWN = 11
const CHILDREN = 13

/** @param text of /proc/<pid>/stat; the name in it is in brackets and may contain anything. */
export function parseCpuMs(text: string, field = OWN): number {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[field]) + Number(fields[field + 1])) * MS_PER_TICK
}

/** Resident memory, bytes. `pss` counts what processes share by parts. */
export interface Memory {
  readonly rss: number
  readonly pss: number
}

export function memoryOf(pid: number): Memory | null {
  const text = read(`/proc/${pid}/smaps_rollup`)
  return text === null ? null : parseMemory(text)
}

export function parseMemory(text: string): Memory {
  return { rss: bytesOf(text, 'Rss'), pss: bytesOf(text, 'Pss') }
}

function bytesOf(text: string, name: string): number {
  const [, kibibytes = '0'] = new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(text) ?? []
  return Number(kibibytes) * 1024
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
