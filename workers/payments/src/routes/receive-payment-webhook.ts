import { receivePaymentWebhook as route } from '@kiosk/contracts/http/payments'
import { ProblemError } from '@kiosk/kit/problem'
import { endpoint } from '../endpoint.ts'
import { receiveWebhook } from '../operations/receive-webhook.ts'

const WEBHOOK_CHARACTERS_MAX = 256 * 1024

export const receivePaymentWebhookRoute = endpoint(route, async (c) => {
  const body = await c.req.text()
  if (body.length > WEBHOOK_CHARACTERS_MAX) throw new ProblemError('payload_too_large')
  const { provider } = c.req.valid('param')
  await receiveWebhook(c.var.deps, { provider, headers: c.req.raw.headers, body })
  return c.body(null, 204)
})
