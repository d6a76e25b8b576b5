import gateway from '../../../../workers/gateway/src/index.ts'
import { faultyHandler } from '../../seam/worker.ts'

export default faultyHandler('gateway', gateway)
