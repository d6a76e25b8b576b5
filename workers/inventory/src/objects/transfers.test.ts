import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { beforeEach, expect, it, vi } from 'vitest'
import { countsOf } from '../../test/reservations.ts'
import { bucketOf, crowd, expectAllBalanced, splitStock } from '../../test/split.ts'
import { call, holdFor, object, query, settled, termsOf, testEnv } from '../../test/world.ts'
import { objectName } from '../domain/split.ts'
import type { SkuStock } from './sku-stock.ts'

const BUCKET = 1
const nothing = { units: 0, half: false }

beforeEach(() => {
  vi.spyOn(console, 'warn').mockReturnValue()
  vi.spyOn(console, 'error').mockReturnValue()
})

/** Twelve units: four at home and in each of two buckets. */
async function twelve() {
  const sku = await splitStock(12, 3)
  const ref = { sku, bucket: BUCKET }
  const exchange = (sent: number, wish = nothing) =>
    bucketOf(sku, BUCKET).exchange(call, ref, { sent, wish })
  return { sku, exchange }
}

async function onHand(sku: string, bucket: number): Promise<number | undefined> {
  const name = objectName({ sku, bucket })
  const [row] = await query<{ on_hand: number }>(name, 'SELECT on_hand FROM balance')
  return row?.on_hand
}

/** A reservation from before there were buckets: it lives at home. */
const atHome = (quantity: number) =>
  termsOf({ quantity, reservationId: `rsv_0000000000${crypto.randomUUID().slice(0, 8)}` })

it('are taken in once, however often home says that it has sent them', async () => {
  const { sku, exchange } = await twelve()
  await Promise.all([exchange(4), exchange(4), exchange(4)])
  expect(await exchange(4)).toMatchObject({ onHand: 4, received: 4 })
  expect(await countsOf(sku)).toEqual([12, 0])
  await expectAllBalanced(sku, 3)
})

it('are taken in once at home, however often and late a bucket reports', async () => {
  const { sku, exchange } = await twelve()
  const old = await exchange(4)
  const young = await exchange(4, { units: 2, half: false })
  for (const report of [young, old, young, old]) await object(sku).report(call, report)
  expect([await onHand(sku, 0), await onHand(sku, BUCKET)]).toEqual([6, 2])
  expect(await countsOf(sku)).toEqual([12, 0])
  await expectAllBalanced(sku, 3)
})

it('that home gave and a bucket never got, because it crashed, are sent again', async () => {
  const { sku, exchange } = await twelve()
  await object(sku).supply(call, await exchange(4), 2)
  await evictDurableObject(bucketOf(sku, BUCKET))
  await expectAllBalanced(sku, 3)
  await vi.waitFor(async () => expect(await onHand(sku, BUCKET)).toBe(6), settled)
  expect(await onHand(sku, 0)).toBe(2)
  await expectAllBalanced(sku, 3)
})

it('that a bucket gave while its answer was lost come home with its report', async () => {
  const { sku, exchange } = await twelve()
  await exchange(4, { units: 3, half: false })
  await expectAllBalanced(sku, 3)
  await vi.waitFor(async () => expect(await onHand(sku, 0)).toBe(7), settled)
  expect(await countsOf(sku)).toEqual([12, 0])
})

it('that were under way when nobody knew of them are sold all the same', async () => {
  const { sku, exchange } = await twelve()
  await object(sku).supply(call, await exchange(4), 4)
  await exchange(4, { units: 3, half: false })
  expect(await crowd(sku, 40)).toBe(12)
  await expectAllBalanced(sku, 3)
})

it('are all called together for one who wants them all, at home or in a bucket', async () => {
  for (const bucket of [0, BUCKET]) {
    const { sku } = await twelve()
    const terms = bucket === 0 ? atHome(12) : termsOf({ quantity: 12, bucket: { sku, bucket } })
    expect(await bucketOf(sku, bucket).reserve(call, terms, holdFor())).toMatchObject({ ok: true })
    expect(await countsOf(sku)).toEqual([12, 12])
  }
})

it('in a bucket that cannot be reached are not said to be sold out', async () => {
  const { sku } = await twelve()
  const broken = objectName({ sku, bucket: 2 })
  const reject = () => Promise.reject(new Error('Network connection lost'))
  const getByName = (name: string) =>
    name === broken ? { exchange: reject } : testEnv.STOCK.getByName(name)
  const use = (env: object) =>
    runInDurableObject(object(sku), (instance: SkuStock) => void Object.assign(instance, { env }))
  await use({ ...testEnv, STOCK: { getByName } })
  const terms = atHome(12)
  const reserve = async () => await object(sku).reserve(call, terms, holdFor())
  await expect(reserve()).rejects.toThrow('connection lost')
  expect(await object(sku).reserve(call, atHome(8), holdFor())).toMatchObject({ ok: true })
  await use(testEnv)
  expect(await reserve()).toMatchObject({ refusal: { available: 4 } })
  await expectAllBalanced(sku, 3)
})
