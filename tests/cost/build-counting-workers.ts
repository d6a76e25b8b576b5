import { buildCountingWorkers } from '../../tools/build.ts'

export default buildCountingWorkers
