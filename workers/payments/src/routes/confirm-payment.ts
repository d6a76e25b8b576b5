import { confirmPayment as route } from '@kiosk/contracts/http/payments'
import { principalOf } from '@kiosk/kit/app'
import { finish } from '@kiosk/kit/finish'
import { endpoint } from '../endpoint.ts'
import { confirmPayment } from '../operations/confirm-payment.ts'
import { viewPayment } from '../view.ts'
import { visiblePayment } from './access.ts'

export const confirmPaymentRoute = endpoint(route, async (c) => {
  const payment = await visiblePayment(c.var.deps, principalOf(c), c.req.valid('param').id)
  const confirmed = await finish(confirmPayment(c.var.deps, payment))
  return c.json(viewPayment(confirmed), 200)
})
