interface Backoff {
  readonly RECONCILE_BACKOFF_MS: number
  readonly RECONCILE_BACKOFF_MS_MAX: number
}

/**
 * How long to wait before looking again at what was looked at so many times: it doubles, to a
 * ceiling.
 */
export function backoffMs(times: number, config: Backoff): number {
  const doubled = config.RECONCILE_BACKOFF_MS * 2 ** Math.min(times, 30)
  return Math.min(doubled, config.RECONCILE_BACKOFF_MS_MAX)
}
