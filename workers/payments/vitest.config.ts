import { workerProject } from '../../tests/support/worker-project.ts'

/** Every well-formed order is payable by whoever asks, except those whose id says otherwise. */
const orders = `
import { WorkerEntrypoint } from 'cloudflare:workers'
export default { fetch: () => new Response(null, { status: 501 }) }
export class OrdersRpc extends WorkerEntrypoint {
  payable(call, { orderId, customerId }) {
    if (orderId.endsWith('XXXXXXXX0')) return { ok: false, refusal: { code: 'not_found' } }
    if (orderId.endsWith('XXXXXXXX1')) {
      return { ok: false, refusal: { code: 'order_not_payable', detail: 'it is shipped' } }
    }
    const value = {
      orderId, number: '1', customerId: customerId ?? 'usr_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C',
      amount: { amountMinor: 1999, currency: 'USD' }, deadline: Date.now() + 600_000,
    }
    return { ok: true, value }
  }
}`

export default workerProject(import.meta.dirname, {
  stubs: { 'kiosk-orders': orders },
  vars: {
    SIMULATED_WEBHOOK_DELAY_MS: '200',
    SIMULATED_SLOW_MS: '300',
    RECONCILE_FIRST_MS: '1000',
  },
})
