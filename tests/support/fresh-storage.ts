import { applyD1Migrations, type D1Migration, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'

// Runs in workerd before every test file: nothing of another file is left, and the tables exist.
const { DB, TEST_MIGRATIONS } = env as { DB?: D1Database; TEST_MIGRATIONS?: D1Migration[] }
await reset()
if (DB && TEST_MIGRATIONS) {
  // On a busy machine a database that was at work when it was deleted has come back as it was.
  while (await hasTables(DB)) await reset()
  await applyD1Migrations(DB, TEST_MIGRATIONS)
}

async function hasTables(database: D1Database): Promise<boolean> {
  const table = database.prepare(`SELECT 1 FROM sqlite_master WHERE name = 'd1_migrations'`)
  return (await table.first()) !== null
}
