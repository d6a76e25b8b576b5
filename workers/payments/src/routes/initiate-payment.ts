import { initiatePayment as route } from '@kiosk/contracts/http/payments'
import { principalOf } from '@kiosk/kit/app'
import { finish } from '@kiosk/kit/finish'
import { endpoint } from '../endpoint.ts'
import { initiatePayment } from '../operations/initiate-payment.ts'
import { customerOf } from './access.ts'

export const initiatePaymentRoute = endpoint(route, async (c) => {
  const principal = principalOf(c)
  const payment = initiatePayment(c.var.deps, {
    principalId: principal.id,
    customerId: customerOf(principal),
    idempotencyKey: c.req.valid('header')['idempotency-key'],
    request: c.req.valid('json'),
  })
  const { answer, replayed } = await finish(payment)
  if (replayed) c.header('idempotent-replayed', 'true')
  c.header('location', `/v1/payments/${answer.id}`)
  return c.json(answer, 201)
})
