import { expect, it } from 'vitest'
import { testEnv } from '../../test/shop.ts'

/** The books of a new charge. */
function bank() {
  const key = `pay_${crypto.randomUUID()}`
  const books = testEnv.SIMULATED_PROVIDER.getByName(key)
  const charge = (token: string) => books.charge({ key, amountMinor: 1000, token })
  return { key, books, charge }
}

const succeeded = { status: 'succeeded' }
const cancelled = { status: 'cancelled' }

it('charges a key once, and loses an answer once', async () => {
  const { books, charge } = bank()
  expect(await charge('tok_no_answer')).toEqual({ outcome: succeeded, isAnswerLost: true })
  expect(await charge('tok_declined')).toEqual({ outcome: succeeded, isAnswerLost: false })
  expect(await books.find()).toEqual(succeeded)
})

it('never charges a key that was cancelled first', async () => {
  const { key, books, charge } = bank()
  expect(await books.find()).toEqual({ status: 'unknown' })
  expect(await books.cancel(key)).toEqual(cancelled)
  expect(await charge('tok_ok')).toMatchObject({ outcome: cancelled })
  expect(await books.confirm()).toEqual(cancelled)
})

it('cancels what waits for its customer, and keeps what is captured', async () => {
  const waiting = bank()
  await waiting.charge('tok_3ds')
  expect(await waiting.books.cancel(waiting.key)).toEqual(cancelled)
  const captured = bank()
  await captured.charge('tok_ok')
  expect(await captured.books.cancel(captured.key)).toEqual(succeeded)
})

it('says nothing of a slow charge before its answer, and can still cancel it', async () => {
  const slow = bank()
  const answer = slow.charge('tok_slow')
  await scheduler.wait(50)
  expect(await slow.books.find()).toEqual({ status: 'pending' })
  expect(await answer).toMatchObject({ outcome: succeeded })
  const stopped = bank()
  const stoppedAnswer = stopped.charge('tok_slow')
  await scheduler.wait(50)
  expect(await stopped.books.cancel(stopped.key)).toEqual(cancelled)
  expect(await stoppedAnswer).toMatchObject({ outcome: cancelled })
})

it('refunds a key once, and never more than it captured', async () => {
  const { books, charge } = bank()
  expect(await books.refund('ref_0', 1)).toMatchObject({ status: 'refused' })
  await charge('tok_ok')
  expect(await books.findRefund('ref_1')).toEqual({ status: 'unknown' })
  expect(await books.refund('ref_1', 700)).toEqual(succeeded)
  expect(await books.refund('ref_1', 700)).toEqual(succeeded)
  expect(await books.refund('ref_2', 301)).toMatchObject({ status: 'refused' })
  expect(await books.refund('ref_3', 300)).toEqual(succeeded)
})
