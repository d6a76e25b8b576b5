import { applyD1Migrations, type D1Migration, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'

// Runs in workerd before every test file: nothing of another file is left, and the tables exist.
const { DB, TEST_MIGRATIONS } = env as { DB?: D1Database; TEST_MIGRATIONS?: D1Migration[] }
await reset()
if (DB && TEST_MIGRATIONS) await applyD1Migrations(DB, TEST_MIGRATIONS)
