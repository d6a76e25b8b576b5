const LINES_MAX = 300
const lines: string[] = []

/**
 * Keeps what the Worker logs in memory, for whoever asks after a violation: faults make for long logs, and
 * writing them costs more than the product's own work.
 */
export function keepLog(): void {
  const keep = (...words: unknown[]) => {
    lines.push(words.map(String).join(' '))
    if (lines.length > LINES_MAX) lines.splice(0, lines.length - LINES_MAX)
  }
  console.log = keep
  console.warn = keep
  console.error = keep
}

export function lastLines(): readonly string[] {
  return lines
}
