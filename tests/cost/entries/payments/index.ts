import payments, * as classes from '../../../../workers/payments/src/index.ts'
import { countedHandler, countedObject } from '../../seam/worker.ts'

export * from '../../../../workers/payments/src/index.ts'
export default countedHandler('payments', payments)
export const OutboxRelay = countedObject('OutboxRelay', classes.OutboxRelay)
export const Reconciler = countedObject('Reconciler', classes.Reconciler)
