import gateway from '../../../../workers/gateway/src/index.ts'
import { countedHandler } from '../../seam/worker.ts'

export default countedHandler('gateway', gateway)
