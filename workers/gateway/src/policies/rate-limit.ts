import { describeError, log } from '@kiosk/kit/log'
import { ProblemError } from '@kiosk/kit/problem'
import type { GatewayContext, Middleware } from '../deps.ts'

/** The period of every limit in `wrangler.toml`. */
const PERIOD_SECONDS = 60

/** Limits what one network address may ask. */
export const limitAddress: Middleware = async (c, next) => {
  await count(c, c.env.LIMIT_ADDRESS, addressOf(c))
  await next()
}

/** Limits how often one network address may try to sign in, register or reset a password. */
export const limitSignIn: Middleware = async (c, next) => {
  await count(c, c.env.LIMIT_SIGN_IN, addressOf(c))
  await next()
}

/** Limits what one signed-in person may ask, from however many addresses. */
export const limitUser: Middleware = async (c, next) => {
  const { principal } = c.var
  if (principal !== null) await count(c, c.env.LIMIT_USER, principal.id)
  await next()
}

async function count(c: GatewayContext, limit: RateLimit, key: string): Promise<void> {
  if (c.var.deps.config.RATE_LIMITS === 'off') return
  if (await isWithin(limit, key)) return
  throw new ProblemError('too_many_requests', undefined, { retryAfterSeconds: PERIOD_SECONDS })
}

/** A limiter that cannot count keeps nobody out: it protects the shop, and must not close it. */
async function isWithin(limit: RateLimit, key: string): Promise<boolean> {
  try {
    return (await limit.limit({ key })).success
  } catch (error) {
    log('warn', 'rate limit not counted', { error: describeError(error) })
    return true
  }
}

/** Cloudflare sets this header and lets no client forge it. */
function addressOf(c: GatewayContext): string {
  return c.req.header('cf-connecting-ip') ?? 'unknown'
}
