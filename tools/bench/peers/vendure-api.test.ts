import { describe, expect, test } from 'vitest'
import { Vendure } from './vendure-api.ts'

describe('an order of a guest', () => {
  test('is one when it is paid', async () => {
    expect(
      await tried({ addPaymentToOrder: { __typename: 'Order', state: 'PaymentSettled' } }),
    ).toBe(true)
  })

  test.each([
    { addItemToOrder: { __typename: 'InsufficientStockError' }, addPaymentToOrder: {} },
    {
      transitionOrderToState: { transitionError: 'Cannot … due to insufficient stock of Mug' },
      addPaymentToOrder: { __typename: 'OrderPaymentStateError' },
    },
  ])('is none when it is told that there is no stock: %j', async (data) => {
    expect(await tried(data)).toBe(false)
  })

  test.each([
    { addPaymentToOrder: { __typename: 'Order', state: 'PaymentAuthorized' } },
    { transitionOrderToState: { transitionError: 'a customer is missing' } },
    null,
  ])('fails when it ends otherwise: %j', async (data) => {
    await expect(tried(data)).rejects.toThrow('a guest was answered')
  })
})

function tried(data: Record<string, unknown> | null): Promise<boolean> {
  const answer = { status: 200, retryAfterSeconds: undefined, body: { data }, isProblem: false }
  const send = () => Promise.resolve(answer)
  return new Vendure('http://vendure.test', send).tryAsGuest('1', 'guest@kiosk.test')
}
