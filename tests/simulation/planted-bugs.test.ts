import { expect, it } from 'vitest'
import type { RewriteSql } from './platform/sqlite.ts'
import { simulate } from './simulate.ts'

const SEEDS_MAX = 10
const STEPS = 2_000

interface Bug {
  readonly what: string
  /** The database in which it is, and the SQL that it changes there. */
  readonly database: string
  readonly from: string | RegExp
  readonly to: string
}

/** What a hurried change might break. */
const BUGS: readonly Bug[] = [
  {
    what: 'a SKU forgets what became of a reservation',
    database: 'SkuStock',
    from: 'INSERT OR REPLACE INTO reservations',
    to: 'INSERT OR IGNORE INTO reservations',
  },
  {
    what: 'a bucket takes in the same units twice',
    database: 'SkuStock',
    from: 'SET received = received + ?',
    to: 'SET received = received + 0 * ?',
  },
  {
    what: 'a change of an order is not told',
    database: 'orders D1',
    from: /^insert into "outbox" \(.*?\) values (.*)$/s,
    to: 'with dropped as (values $1) select * from dropped',
  },
  {
    what: 'an event takes effect each time it comes',
    database: 'orders D1',
    from: "'$[#]', json(?)",
    to: "'$[#]', json_remove(json(?), '$.eventId')",
  },
]

it.each(BUGS)('finds that $what', async (bug) => {
  expect(await isFound(bug)).toBe(true)
})

async function isFound({ database, from, to }: Bug): Promise<boolean> {
  const rewriteSql: RewriteSql = (name, sql) =>
    name.startsWith(database) ? sql.replace(from, to) : sql
  for (let seed = 1; seed <= SEEDS_MAX; seed++) {
    const { violation } = await simulate({ seed, steps: STEPS, rewriteSql })
    if (violation !== null) return true
  }
  return false
}
