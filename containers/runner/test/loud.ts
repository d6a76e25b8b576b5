import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import getPort from 'get-port'
import type { Delivery } from '../src/queues/message.ts'
import { startWorker } from '../src/worker.ts'

// node test/loud.ts     a Worker that logs a lot while it is given its first messages

const LINES = 1_000
const REQUESTS = 4

const folder = mkdtempSync(join(tmpdir(), 'kiosk-loud-'))
writeFileSync(
  join(folder, 'index.js'),
  `const shout = () => {
    for (let n = 0; n < ${LINES}; n++) console.log(JSON.stringify({ n, message: 'x'.repeat(400) }))
  }
  export default {
    fetch: () => (shout(), new Response()),
    queue: () => shout(),
    scheduled: () => shout(),
  }`,
)
const port = await getPort()
const worker = await startWorker(
  {
    name: 'kiosk-loud',
    service: 'loud',
    isPublic: false,
    options: { compatibilityDate: '2026-10-20' },
    listens: [{ entrypoint: 'default', port }],
    calls: {},
    sends: {},
    consumes: [],
    crons: [],
    migrations: [],
    development: {},
  },
  { folder, state: folder, queueSocket: join(folder, 'queues.sock'), values: {} },
)
const message: Delivery = { id: 'one', timestamp: new Date(), attempts: 1, body: 'first' }
const requests = Array.from({ length: REQUESTS }, () => fetch(`http://127.0.0.1:${port}`))
await Promise.all([
  worker.deliver('loud', [message]),
  worker.fire('* * * * *', new Date()),
  ...requests,
])
await worker.stop()
rmSync(folder, { recursive: true })
