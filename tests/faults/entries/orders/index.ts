import orders, * as classes from '../../../../workers/orders/src/index.ts'
import { faultyEntrypoint, faultyHandler, faultyObject } from '../../seam/worker.ts'

export * from '../../../../workers/orders/src/index.ts'
export default faultyHandler('orders', orders)
export const OrdersRpc = faultyEntrypoint('OrdersRpc', classes.OrdersRpc)
export const OutboxRelay = faultyObject('OutboxRelay', classes.OutboxRelay)
