import users, * as classes from '../../../../workers/users/src/index.ts'
import { countedHandler, countedObject } from '../../seam/worker.ts'

export * from '../../../../workers/users/src/index.ts'
export default countedHandler('users', users)
export const LoginGuard = countedObject('LoginGuard', classes.LoginGuard)
export const OutboxRelay = countedObject('OutboxRelay', classes.OutboxRelay)
