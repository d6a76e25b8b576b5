import { app } from './app.ts'
import { createDeps } from './deps.ts'
import type { Env } from './env.ts'
import { auditOnSchedule } from './operations/audit-on-schedule.ts'

export default {
  fetch: app.fetch,
  scheduled: ({ cron }, env) => auditOnSchedule(createDeps(env), cron),
} satisfies ExportedHandler<Env>
