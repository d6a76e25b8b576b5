import { beforeEach, describe, expect, it } from 'vitest'
import { testEnv } from '../test/worker.ts'
import { joinable, jointly } from './joint-batches.ts'

const real = testEnv.DB

/** The database, how often it was asked for a batch, and what it shall do instead of answering. */
function counted(answer: (results: D1Result[]) => D1Result[] = (results) => results) {
  const batches: number[] = []
  const watched = {
    prepare: (sql: string) => real.prepare(sql),
    batch: async (statements: D1PreparedStatement[]) => {
      batches.push(statements.length)
      return answer(await real.batch(statements))
    },
  } as unknown as D1Database
  return { db: joinable(watched), batches }
}

const insert = (db: D1Database, id: number) => db.prepare('INSERT INTO things VALUES (?)').bind(id)

async function ids(): Promise<unknown[]> {
  const { results } = await real.prepare('SELECT id FROM things ORDER BY id').all<{ id: number }>()
  return results.map(({ id }) => id)
}

beforeEach(async () => {
  await real.exec('DROP TABLE IF EXISTS things')
  await real.exec('CREATE TABLE things (id INTEGER PRIMARY KEY)')
})

describe('work that goes jointly', () => {
  it('sends what is asked side by side as one batch, and gives each its own answer', async () => {
    const { db, batches } = counted()
    await insert(db, 7).run()
    const answers = await jointly(() =>
      Promise.all([
        db.batch([insert(db, 1), insert(db, 2)]),
        db.prepare('SELECT id, id + 1 AS next FROM things WHERE id = 7').all(),
        db.prepare('SELECT id, id + 2 AS later FROM things WHERE id = 7').raw(),
      ]),
    )
    expect(batches).toEqual([4])
    expect(answers[0]).toHaveLength(2)
    expect(answers[1]).toMatchObject({ results: [{ id: 7, next: 8 }] })
    expect(answers[2]).toEqual([[7, 9]])
    expect(await ids()).toEqual([1, 2, 7])
  })

  it('sends what is asked meanwhile together, when the database is free', async () => {
    const { db, batches } = counted()
    await jointly(async () => {
      const first = insert(db, 1).run()
      await Promise.resolve()
      await Promise.all([first, insert(db, 2).run(), insert(db, 3).run()])
    })
    expect(batches.reduce((sum, count) => sum + count)).toBe(3)
    expect(batches.length).toBeLessThan(3)
    expect(await ids()).toEqual([1, 2, 3])
  })

  it('lets one that fails take nobody with it', async () => {
    const { db } = counted()
    await insert(db, 1).run()
    const outcomes = await jointly(() =>
      Promise.allSettled([
        db.batch([insert(db, 2), insert(db, 3)]),
        db.batch([insert(db, 4), insert(db, 1)]),
        db.batch([insert(db, 5)]),
      ]),
    )
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(await ids()).toEqual([1, 2, 3, 5])
  })

  it('lets what is too large for a database take nobody with it', async () => {
    const { db } = counted()
    const tooLarge = db.prepare('INSERT INTO things VALUES (?)').bind('x'.repeat(3_000_000))
    const outcomes = await jointly(() => Promise.allSettled([insert(db, 1).run(), tooLarge.run()]))
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(await ids()).toEqual([1])
  })

  it('tells all of them when an answer is lost, and writes nothing twice', async () => {
    const { db, batches } = counted(() => {
      throw new Error('D1_ERROR: Network connection lost.')
    })
    const outcomes = await jointly(() =>
      Promise.allSettled([insert(db, 1).run(), insert(db, 2).run()]),
    )
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(batches).toEqual([2])
    expect(await ids()).toEqual([1, 2])
  })

  it('asks alone what joins tables, whose columns may have one name', async () => {
    const { db, batches } = counted()
    await insert(db, 1).run()
    const join = db.prepare('SELECT a.id, b.id FROM things a JOIN things b ON b.id = a.id')
    expect(await jointly(() => Promise.all([join.raw(), join.raw()]))).toEqual([[[1, 1]], [[1, 1]]])
    expect(batches).toEqual([])
  })
})

it('is each for itself otherwise', async () => {
  const { db, batches } = counted()
  await Promise.all([insert(db, 1).run(), db.batch([insert(db, 2)])])
  expect(batches).toEqual([1])
  expect(await ids()).toEqual([1, 2])
})
