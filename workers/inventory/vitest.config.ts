import { workerProject } from '../../tests/support/worker-project.ts'

export default workerProject(import.meta.dirname, {
  vars: {
    STOCK_COALESCE_MS: '150',
    STOCK_RETRY_MS: '50',
    STOCK_ATTEMPT_WINDOW_MS: '3000',
    RESERVE_RETRY_MS: '10',
  },
})
