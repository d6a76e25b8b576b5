import { setTimeout as sleep } from 'node:timers/promises'
import { ADMIN_EMAIL, CUSTOMER_EMAIL, DEVELOPMENT_PASSWORD, STAFF_EMAIL } from '../seed/accounts.ts'
import { DeployError } from './deploy-error.ts'

interface Patience {
  /** How long a new Worker may take to be reachable and ready: names and certificates take a while. */
  readonly withinMs: number
  readonly everyMs: number
}

const PATIENCE: Patience = { withinMs: 120_000, everyMs: 2_000 }
const TIMEOUT_MS = 15_000

/**
 * Asks a deployed shop whether it lives, is ready, describes itself, and lets nobody in with what the
 * documentation tells everybody. Returns what was seen.
 */
export async function smokeTest(url: string, patience: Patience = PATIENCE): Promise<string[]> {
  const health = await until200(new URL('/healthz', url), patience)
  const ready = await until200(new URL('/readyz', url), patience)
  const openapi = await until200(new URL('/openapi.json', url), patience)
  const { paths = {} } = JSON.parse(openapi.text) as { paths?: object }
  if (Object.keys(paths).length === 0) throw new DeployError(`${openapi.url} describes no call.`)
  await refuseDevelopmentAccounts(url)
  return [
    `${health.url} ${health.status}`,
    `${ready.url} ${ready.status}`,
    `${openapi.url} ${openapi.status}, ${Object.keys(paths).length} paths`,
    'development accounts cannot sign in',
  ]
}

interface Seen {
  readonly url: URL
  readonly status: number | string
  readonly text: string
}

async function until200(url: URL, { withinMs, everyMs }: Patience): Promise<Seen> {
  const deadline = Date.now() + withinMs
  for (;;) {
    const seen = await look(url)
    if (seen.status === 200) return seen
    if (Date.now() > deadline) {
      throw new DeployError(`${url.href} answers ${seen.status}: ${seen.text.slice(0, 500)}`)
    }
    await sleep(everyMs)
  }
}

async function look(url: URL, init: RequestInit = {}): Promise<Seen> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) })
    return { url, status: response.status, text: await response.text() }
  } catch (error) {
    return { url, status: 'nothing', text: String(error) }
  }
}

async function refuseDevelopmentAccounts(url: string): Promise<void> {
  for (const email of [ADMIN_EMAIL, STAFF_EMAIL, CUSTOMER_EMAIL]) {
    const { status, text } = await look(new URL('/v1/auth/login', url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password: DEVELOPMENT_PASSWORD }),
    })
    if (status === 200) {
      throw new DeployError(
        `Anybody can sign in as ${email} with the documented password. Change it or delete the account now.`,
      )
    }
    if (status !== 401 && status !== 429) {
      throw new DeployError(`${url}/v1/auth/login answers ${status}: ${text.slice(0, 500)}`)
    }
  }
}
