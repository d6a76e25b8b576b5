import payments, * as classes from '../../../../workers/payments/src/index.ts'
import { faultyHandler, faultyObject, foreignObject } from '../../seam/worker.ts'

export * from '../../../../workers/payments/src/index.ts'
export default faultyHandler('payments', payments)
export const OutboxRelay = faultyObject('OutboxRelay', classes.OutboxRelay)
export const Reconciler = faultyObject('Reconciler', classes.Reconciler)
export const SimulatedProvider = foreignObject(classes.SimulatedProvider)
