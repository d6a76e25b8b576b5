import { describeError, log } from '@kiosk/kit/log'
import { z } from 'zod'
import { SERVICES, type GatewayContext } from '../deps.ts'
import { inThisTrace } from '../upstream.ts'

const RETRY_AFTER_SECONDS = '1'
const Checks = z.object({ checks: z.record(z.string(), z.boolean()) })

interface Readiness {
  readonly ready: boolean
  /** What the Worker looked at; nothing when it did not answer. */
  readonly checks: Readonly<Record<string, boolean>>
}

/** Says that the gateway itself runs. */
export function health(c: GatewayContext): Response {
  return c.json({ status: 'ok' })
}

/** Says whether the whole shop can serve: every Worker answers and finds itself ready. */
export async function readiness(c: GatewayContext): Promise<Response> {
  const { services, config } = c.var.deps
  const answers = await Promise.all(
    SERVICES.map(async (service) => {
      const answer = await readinessOf(services[service], config.READY_TIMEOUT_MS)
      return [service, answer] as const
    }),
  )
  const ready = answers.every(([, answer]) => answer.ready)
  const body = { status: ready ? 'ready' : 'not_ready', services: Object.fromEntries(answers) }
  return ready ? c.json(body) : c.json(body, 503, { 'retry-after': RETRY_AFTER_SECONDS })
}

async function readinessOf(service: Fetcher, timeoutMs: number): Promise<Readiness> {
  try {
    const response = await service.fetch('http://service/readyz', {
      headers: inThisTrace(new Headers()),
      signal: AbortSignal.timeout(timeoutMs),
    })
    const { checks } = Checks.parse(await response.json())
    return { ready: response.ok, checks }
  } catch (error) {
    log('warn', 'readiness unknown', { error: describeError(error) })
    return { ready: false, checks: {} }
  }
}
