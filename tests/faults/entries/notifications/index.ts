import notifications, * as classes from '../../../../workers/notifications/src/index.ts'
import { faultyHandler, faultyObject } from '../../seam/worker.ts'

export * from '../../../../workers/notifications/src/index.ts'
export default faultyHandler('notifications', notifications)
export const Dispatcher = faultyObject('Dispatcher', classes.Dispatcher)
