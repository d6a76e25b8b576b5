import { afterEach } from 'vitest'

/**
 * Keeps what the Worker logs, and prints it only with a test that fails. Vitest's own `silent` cannot do
 * it in workerd: a line that a Durable Object logs after the last test is never sent, and the run that
 * waits for it never ends.
 */
const METHODS = ['debug', 'error', 'info', 'log', 'warn'] as const
const LINES_MAX = 50

type Print = (...parts: unknown[]) => void
type Printers = Record<(typeof METHODS)[number], Print>

// All files share one console, but each runs this again: the true printers are kept beside it.
const shared = globalThis as { kioskTestPrinters?: Printers }
const { debug, error, info, log, warn } = console
const printers = (shared.kioskTestPrinters ??= { debug, error, info, log, warn })

let lines: (() => void)[] = []

for (const method of METHODS) {
  console[method] = (...parts: unknown[]) => {
    lines.push(() => printers[method](...parts))
    if (lines.length > LINES_MAX) lines.shift()
  }
}

afterEach(({ task }) => {
  const kept = lines
  lines = []
  if (task.result?.state === 'fail') for (const print of kept) print()
})
