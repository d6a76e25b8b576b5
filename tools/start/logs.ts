import { createWriteStream, existsSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { stripVTControlCharacters } from 'node:util'

const TAIL_LINES = 25

/** What the Workers and wrangler say, kept in two files so that the first is JSON lines only. */
export interface Logs {
  readonly workersFile: string
  readonly wranglerFile: string
  write(text: string): void
  /** The last lines of wrangler; from the first error on, where there is one among them. */
  tail(): string
  buildFailed(): boolean
  /** Calls back whenever wrangler has put changed sources to work. */
  onReload(callback: () => void): void
  end(): Promise<void>
}

// Wrangler writes `[kiosk-orders] {"level":"info",…}` for some, `✘ [ERROR] {"level":"error",…}` for others,
// and nothing before those of Workers that it did not bundle. The line itself says all of it better.
const WORKER_LINE = /^(?:\[kiosk-[a-z]+\] |\S+ \[[A-Z]+\] )?(\{.*\})$/

export function openLogs(folder: string, isPrinting: boolean): Logs {
  mkdirSync(folder, { recursive: true })
  const workersFile = join(folder, 'workers.jsonl')
  const wranglerFile = join(folder, 'wrangler.log')
  const workers = openFresh(workersFile)
  const wrangler = openFresh(wranglerFile)
  const lastLines: string[] = []
  let unfinished = ''
  let hasFailedBuild = false
  let hearReload = (): void => {}

  function take(line: string): void {
    const fromWorker = WORKER_LINE.exec(line)?.[1]
    const text = fromWorker ?? line
    if (fromWorker === undefined) {
      wrangler.write(`${line}\n`)
      lastLines.push(line)
      if (lastLines.length > TAIL_LINES) lastLines.shift()
      if (line.includes('Build failed with')) hasFailedBuild = true
      if (line.includes('Local server updated and ready')) hearReload()
    } else {
      workers.write(`${text}\n`)
    }
    if (isPrinting) process.stdout.write(`${text}\n`)
  }

  return {
    workersFile,
    wranglerFile,
    write(text) {
      const lines = (unfinished + stripVTControlCharacters(text)).split('\n')
      unfinished = lines.pop() ?? ''
      lines.filter((line) => line.trim() !== '').forEach(take)
    },
    tail() {
      const firstError = lastLines.findIndex((line) => line.includes('[ERROR]'))
      return lastLines.slice(Math.max(0, firstError)).join('\n')
    },
    buildFailed: () => hasFailedBuild,
    onReload(callback) {
      hearReload = callback
    },
    async end() {
      if (unfinished !== '') take(unfinished)
      workers.end()
      wrangler.end()
      await Promise.all([finished(workers), finished(wrangler)])
    },
  }
}

// The log of the run before is what explains a crash, so it is kept once.
function openFresh(file: string) {
  if (existsSync(file)) renameSync(file, `${file}.before`)
  return createWriteStream(file)
}
