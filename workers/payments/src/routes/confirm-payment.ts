import { confirmPayment as route } from '@kiosk/contracts/http/payments'
import { principalOf } from '@kiosk/kit/app'
import { endpoint } from '../endpoint.ts'
import { confirmPayment } from '../operations/confirm-payment.ts'
import { viewPayment } from '../view.ts'
import { visiblePayment } from './access.ts'

export const confirmPaymentRoute = endpoint(route, async (c) => {
  const payment = await visiblePayment(c.var.deps, principalOf(c), c.req.valid('param').id)
  return c.json(viewPayment(await confirmPayment(c.var.deps, payment)), 200)
})
