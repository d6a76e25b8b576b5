import type { CallContext } from '@kiosk/contracts/rpc/call'
import type { OrdersRpc as Contract } from '@kiosk/contracts/rpc/orders'
import { serveCall } from '@kiosk/kit/rpc'
import { WorkerEntrypoint } from 'cloudflare:workers'
import { createDeps } from './deps.ts'
import type { Env } from './env.ts'
import { payableOrder } from './operations/payable-order.ts'

/** What other Workers may ask of orders. Reachable over a service binding only. */
export class OrdersRpc extends WorkerEntrypoint<Env> implements Contract {
  payable(call: CallContext, input: Parameters<Contract['payable']>[1]) {
    return serveCall('orders', 'payable', call, () => payableOrder(createDeps(this.env), input))
  }
}
