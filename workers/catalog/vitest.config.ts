import { workerProject } from '../../tests/support/worker-project.ts'

export default workerProject(import.meta.dirname)
