import notifications, * as classes from '../../../../workers/notifications/src/index.ts'
import { countedHandler, countedObject } from '../../seam/worker.ts'

export * from '../../../../workers/notifications/src/index.ts'
export default countedHandler('notifications', notifications)
export const Dispatcher = countedObject('Dispatcher', classes.Dispatcher)
