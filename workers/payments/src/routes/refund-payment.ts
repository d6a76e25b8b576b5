import { refundPayment as route } from '@kiosk/contracts/http/payments'
import { principalOf } from '@kiosk/kit/app'
import { finish } from '@kiosk/kit/finish'
import { endpoint } from '../endpoint.ts'
import { refundPayment } from '../operations/refund-payment.ts'
import { visiblePayment } from './access.ts'

export const refundPaymentRoute = endpoint(route, async (c) => {
  const principal = principalOf(c)
  const payment = await visiblePayment(c.var.deps, principal, c.req.valid('param').id)
  const refund = refundPayment(c.var.deps, {
    principalId: principal.id,
    idempotencyKey: c.req.valid('header')['idempotency-key'],
    payment,
    request: c.req.valid('json'),
  })
  const { answer, replayed } = await finish(refund)
  if (replayed) c.header('idempotent-replayed', 'true')
  return c.json(answer, 201)
})
