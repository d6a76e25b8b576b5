import users, * as classes from '../../../../workers/users/src/index.ts'
import { faultyHandler, faultyObject } from '../../seam/worker.ts'

export * from '../../../../workers/users/src/index.ts'
export default faultyHandler('users', users)
export const LoginGuard = faultyObject('LoginGuard', classes.LoginGuard)
export const OutboxRelay = faultyObject('OutboxRelay', classes.OutboxRelay)
