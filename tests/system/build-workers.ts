import { buildWorkers } from '../../tools/build.ts'

export default buildWorkers
