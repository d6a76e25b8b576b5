import { workerProject } from '../../tests/support/worker-project.ts'

// Behind a real binding, a Worker that hangs. It has every entrypoint that the gateway is bound to.
const hanging = `
import { WorkerEntrypoint } from 'cloudflare:workers'
export default { fetch: () => new Promise((r) => setTimeout(r, 60_000)) }
export class CatalogAudit extends WorkerEntrypoint {}`

export default workerProject(import.meta.dirname, { stubs: { 'kiosk-catalog': hanging } })
