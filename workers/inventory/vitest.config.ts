import { workerProject } from '../../tests/support/worker-project.ts'

export default workerProject(import.meta.dirname, {
  vars: {
    STOCK_COALESCE_MS: '150',
    STOCK_RETRY_MS: '50',
    STOCK_ATTEMPT_WINDOW_MS: '3000',
    RESERVE_RETRY_MS: '10',
    SOLD_OUT_FOR_MS: '0',
    SPLIT_LEAD_MS: '150',
    SPLIT_CLOCKS_MS: '0',
    STOCK_EXCHANGE_MS: '300',
  },
})
