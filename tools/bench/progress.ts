const WIDTH = 24

/** `██████░░░░ 12 of 40 · round 2 of 5 · list · 3 min left` */
export function progressLine(done: number, total: number, what: string, elapsedMs: number): string {
  const filled = Math.round((WIDTH * Math.min(done, total)) / total)
  const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled)
  const left = done === 0 ? '' : ` · ${inWords((elapsedMs / done) * (total - done))} left`
  return `${bar} ${done} of ${total} · ${what}${left}`
}

function inWords(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
}
