import orders, * as classes from '../../../../workers/orders/src/index.ts'
import { countedEntrypoint, countedHandler, countedObject } from '../../seam/worker.ts'

export * from '../../../../workers/orders/src/index.ts'
export default countedHandler('orders', orders)
export const OrdersRpc = countedEntrypoint('OrdersRpc', classes.OrdersRpc)
export const OutboxRelay = countedObject('OutboxRelay', classes.OutboxRelay)
