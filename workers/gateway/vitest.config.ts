import { workerProject } from '../../tests/support/worker-project.ts'

// Behind a real binding, a Worker that hangs.
const hanging = `export default { fetch: () => new Promise((r) => setTimeout(r, 60_000)) }`

export default workerProject(import.meta.dirname, { stubs: { 'kiosk-catalog': hanging } })
