import { describe, expect, it } from 'vitest'
import { db } from '../test/worker.ts'
import { once, type Claim } from './idempotency.ts'
import { newId } from './ids.ts'
import { ProblemError } from './problem.ts'

const request = (key: string, change = {}) => ({
  route: 'POST /things',
  customerId: 'usr_1',
  key,
  body: { a: 1 },
  leaseMs: 10_000,
  newResourceId: () => newId('order'),
  ...change,
})

/** Makes a thing and keeps the answer, as an operation does in its batch. */
async function make(claim: Claim) {
  const answer = { id: claim.resourceId }
  await db.batch([claim.answered(answer) as never])
  return answer
}

describe('work under a key', () => {
  it('is done once, and its answer replayed', async () => {
    const first = await once(db, request('replay'), make)
    expect(await once(db, request('replay'), make)).toEqual({ ...first, replayed: true })
  })

  it('is done once when two ask at the same time', async () => {
    const outcomes = await Promise.allSettled([
      once(db, request('race'), make),
      once(db, request('race'), make),
    ])
    const ids = new Set(
      outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value.answer.id] : [])),
    )
    expect(ids.size).toBe(1)
  })

  it('another customer’s key of the same text is another key', async () => {
    const mine = await once(db, request('shared'), make)
    const theirs = await once(db, request('shared', { customerId: 'usr_2' }), make)
    expect(theirs).toMatchObject({ replayed: false })
    expect(theirs.answer.id).not.toBe(mine.answer.id)
  })

  it('under another body is refused', async () => {
    await once(db, request('body'), make)
    await expect(once(db, request('body', { body: { a: 2 } }), make)).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    })
  })

  it('that was refused may be done later, with another body too', async () => {
    const refuse = () => Promise.reject(new ProblemError('insufficient_stock'))
    await expect(once(db, request('refused'), refuse)).rejects.toMatchObject({
      code: 'insufficient_stock',
    })
    const later = await once(db, request('refused', { body: { a: 2 } }), make)
    expect(later).toMatchObject({ replayed: false })
  })

  it('that failed is taken over under the same id, because it may have happened', async () => {
    let firstId = ''
    const crash = (claim: Claim) => {
      firstId = claim.resourceId
      return Promise.reject(new Error('no answer'))
    }
    await expect(once(db, request('crash'), crash)).rejects.toThrow('no answer')
    const claims: Claim[] = []
    await once(db, request('crash'), (claim) => {
      claims.push(claim)
      return make(claim)
    })
    expect(claims).toMatchObject([{ resourceId: firstId, isTakenOver: true }])
  })

  it('whose lease has ended does not undo the claim of who took it over', async () => {
    const late = async () => {
      await once(db, request('late', { leaseMs: 10_000 }), make)
      throw new ProblemError('insufficient_stock')
    }
    await expect(once(db, request('late', { leaseMs: 0 }), late)).rejects.toThrow(
      'There is not enough stock',
    )
    expect(await once(db, request('late'), make)).toMatchObject({ replayed: true })
  })
})
