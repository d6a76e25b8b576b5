import { beforeAll, describe, expect, it } from 'vitest'
import { startSystem } from './harness.ts'
import { order, orderBecomes, pay, type Person, Shop } from './shop.ts'

let shop: Shop
let buyers: Person[]

beforeAll(async () => {
  shop = await Shop.open(await startSystem())
  buyers = await Promise.all(Array.from({ length: 10 }, () => shop.customer()))
})

const buyer = (n: number): Person => buyers[n % buyers.length] as Person

/** How many of the answers are orders, and how many are sold out; anything else is a failure. */
function tally(answers: readonly { status: number; body: { code?: string } }[]) {
  const placed = answers.filter(({ status }) => status === 201).length
  const soldOut = answers.filter(({ body }) => body.code === 'insufficient_stock').length
  expect(placed + soldOut).toBe(answers.length)
  return { placed, soldOut }
}

describe('a crowd', () => {
  it('of 200 for 10 units buys exactly 10', async () => {
    const sku = await shop.sku(10)
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) => order(buyer(n), [{ sku, quantity: 1 }])),
    )
    expect(tally(answers)).toEqual({ placed: 10, soldOut: 190 })
    expect(await shop.stock(sku)).toMatchObject({ onHand: 10, reserved: 10, available: 0 })
  })

  it('that wants A and B, and one that wants B and A, sell both out exactly', async () => {
    const [a, b] = [await shop.sku(5), await shop.sku(5)]
    const lines = [
      { sku: a, quantity: 1 },
      { sku: b, quantity: 1 },
    ]
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        order(buyer(n), n % 2 === 0 ? lines : lines.toReversed()),
      ),
    )
    expect(tally(answers)).toEqual({ placed: 5, soldOut: 35 })
    for (const sku of [a, b]) {
      expect(await shop.stock(sku)).toMatchObject({ reserved: 5, available: 0 })
    }
  })

  it('that wants A and a scarce B leaves every A that it did not get to others', async () => {
    const [a, b] = [await shop.sku(6), await shop.sku(2)]
    const both = [
      { sku: a, quantity: 1 },
      { sku: b, quantity: 1 },
    ]
    const only = [{ sku: a, quantity: 1 }]
    const answers = await Promise.all(
      Array.from({ length: 24 }, (_, n) => order(buyer(n), n % 2 === 0 ? both : only)),
    )
    tally(answers)
    const [stockA, stockB] = [await shop.stock(a), await shop.stock(b)]
    const sold = (answer: (typeof answers)[number]) => (answer.status === 201 ? 1 : 0)
    const soldA = answers.reduce((sum, answer) => sum + sold(answer), 0)
    const soldB = answers.reduce((sum, answer, n) => sum + (n % 2 === 0 ? sold(answer) : 0), 0)
    expect({ soldA, soldB }).toEqual({ soldA: 6, soldB: stockB.reserved })
    expect(stockA).toMatchObject({ reserved: 6, available: 0 })
  })
})

describe('a flash sale, in small', () => {
  it.each([1, 3])(
    'of orders with %i lines confirms exactly as many as there are',
    async (lines) => {
      const skus = await Promise.all(Array.from({ length: lines }, () => shop.sku(10)))
      const wanted = skus.map((sku) => ({ sku, quantity: 1 }))
      const ends = await Promise.all(
        Array.from({ length: 60 }, (_, n) =>
          buy(buyer(n), n % 2 === 0 ? wanted : wanted.toReversed()),
        ),
      )
      expect(Map.groupBy(ends, (end) => end).get('processing')).toHaveLength(10)
      expect(Map.groupBy(ends, (end) => end).get('insufficient_stock')).toHaveLength(50)
      for (const sku of skus) {
        expect(await shop.stock(sku)).toMatchObject({ onHand: 0, reserved: 0, available: 0 })
      }
    },
  )
})

/** Orders, pays and waits for the confirmation. Returns how it ended: a status or why not. */
async function buy(person: Person, lines: { sku: string; quantity: number }[]): Promise<string> {
  const { status, body } = await order(person, lines)
  if (status !== 201) return body.code ?? String(status)
  expect((await pay(person, body.id)).body).toMatchObject({ status: 'succeeded' })
  return (await orderBecomes(person, body.id, { status: 'processing' })).status
}
