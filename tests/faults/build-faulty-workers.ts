import { buildFaultyWorkers } from '../../tools/build.ts'

export default buildFaultyWorkers
