import { getJwks as contract } from '@kiosk/contracts/http/users-auth'
import { endpoint } from '../endpoint.ts'

/** Far shorter than a key is published before it signs. */
const CACHE_SECONDS = 300

export const getJwks = endpoint(contract, async (c) => {
  const keys = [...(await c.var.deps.keys.published())]
  return c.json({ keys }, 200, { 'cache-control': `public, max-age=${CACHE_SECONDS}` })
})
