import { app } from './app.ts'
import { createDeps } from './deps.ts'
import type { Env } from './env.ts'
import { deleteExpiredSessions } from './store/session-store.ts'

export { OutboxRelay } from '@kiosk/kit/outbox-relay'
export { UsersAudit } from './audit.ts'
export { LoginGuard } from './objects/login-guard.ts'

export default {
  fetch: app.fetch,
  scheduled: async (_event, env) => {
    await env.RELAY.getByName('relay').nudge()
    const { db, now } = createDeps(env)
    await deleteExpiredSessions(db, now())
  },
} satisfies ExportedHandler<Env>
