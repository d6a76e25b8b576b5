import type { Account } from '../../own-shop/account.ts'
import { textIn } from '../../own-shop/http.ts'
import { order, pay, tokenOf, type Buying } from '../buying.ts'
import { openClient } from '../client.ts'
import { admin } from '../people.ts'
import type { Sample, Subject } from '../result.ts'
import type { RunningShop } from '../running-shop.ts'
import { PLENTY, setStock } from '../seed.ts'

export const BUYERS = 500
export const UNITS = 100

/**
 * A crowd that wants the last units of one product, all at once.
 *
 * @param sku of a product that is there already: a new one would change the pages of the other rounds
 */
export function flashSubject(
  shop: RunningShop,
  buyers: Omit<Buying, 'send'>,
  sku: string,
): Subject {
  return {
    name: 'flash sale',
    part: 'flash',
    async measure() {
      const client = openClient(shop.url, BUYERS)
      const staff = admin(client.send)
      try {
        await setStock(staff, sku, UNITS)
        await shop.settle()
        const samples = await sell(sku, { ...buyers, send: client.send })
        await shop.settle()
        await expectSoldOut(staff, sku)
        await setStock(staff, sku, PLENTY)
        return samples
      } finally {
        await client.close()
      }
    },
  }
}

/** @throws when any buyer ends otherwise than with a confirmed order or “sold out” */
async function sell(sku: string, buying: Buying): Promise<Sample[]> {
  const { send, watch } = buying
  const startedAt = performance.now()
  const answers: number[] = []
  const confirmed: number[] = []
  let soldOut = 0
  async function tryToBuy(token: string): Promise<void> {
    const answer = await order(send, token, sku)
    answers.push(performance.now() - startedAt)
    const orderId = textIn(answer, 'id')
    if (answer.status === 409 && textIn(answer, 'code') === 'insufficient_stock') soldOut += 1
    else if (answer.status === 201 && orderId !== undefined) {
      const processing = watch.processing(orderId)
      processing.catch(() => {})
      await pay(send, token, orderId)
      confirmed.push((await processing) - startedAt)
    } else throw new Error(`a buyer was answered ${answer.status} ${JSON.stringify(answer.body)}`)
  }
  await Promise.all(Array.from({ length: BUYERS }, (_, n) => tryToBuy(tokenOf(buying, n))))
  if (confirmed.length !== UNITS || soldOut !== BUYERS - UNITS) {
    throw new Error(`${confirmed.length} bought and ${soldOut} were told that it is sold out`)
  }
  return [
    { metric: 'all answered', unit: 'ms', value: Math.max(...answers) },
    { metric: 'all settled', unit: 'ms', value: Math.max(...answers, ...confirmed) },
    { metric: 'confirmed', unit: 'count', value: confirmed.length },
    { metric: 'told sold out', unit: 'count', value: soldOut },
  ]
}

/** Whether the stock itself agrees: nothing left, nothing set aside. */
async function expectSoldOut(staff: Account, sku: string): Promise<void> {
  const stock = await staff.get({ path: `/v1/inventory/${sku}` })
  if (stock['onHand'] === 0 && stock['reserved'] === 0) return
  throw new Error(`after the sale, the stock of ${sku} is ${JSON.stringify(stock)}`)
}
