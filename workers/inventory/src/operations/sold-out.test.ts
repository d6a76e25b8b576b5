import { beforeEach, expect, it, vi } from 'vitest'
import { countsOf, hold } from '../../test/reservations.ts'
import { splitStock, wish } from '../../test/split.ts'
import { stocked, testDeps, testEnv } from '../../test/world.ts'
import type { Deps } from '../deps.ts'
import { release } from './release.ts'
import { Plans } from './shelf.ts'
import { SoldOut } from './sold-out.ts'

const FOR_MS = 60_000

beforeEach(() => {
  vi.spyOn(console, 'warn').mockReturnValue()
})

/** Dependencies that note which objects are asked, and whose clock can be put forward. */
function watched() {
  const asked: string[] = []
  let ahead = 0
  const getByName = (name: string) => {
    asked.push(name)
    return testEnv.STOCK.getByName(name)
  }
  const deps: Deps = {
    ...testDeps,
    stock: { getByName } as Deps['stock'],
    plans: new Plans(),
    soldOut: new SoldOut(FOR_MS),
    now: () => Date.now() + ahead,
  }
  return { deps, asked, wait: (ms: number) => void (ahead += ms) }
}

const soldOut = { ok: false, refusal: { shortages: [{ requested: 1, available: 0 }] } }

/** Sold out, and this isolate knows it; returns a reservation that was begun before. */
async function soldOutStock(deps: Deps, units = 3) {
  const sku = await splitStock(units)
  const early = wish(sku)
  const held = []
  for (let n = 0; n < 40; n++) {
    const ref = wish(sku)
    if ((await hold(ref, deps)).ok) held.push(ref)
  }
  expect(held).toHaveLength(units)
  await scheduler.wait(2)
  return { sku, early, held }
}

it('answers those who come too late without waking an object', async () => {
  const { deps, asked } = watched()
  const { sku } = await soldOutStock(deps)
  const before = asked.length
  for (let n = 0; n < 20; n++) expect(await hold(wish(sku), deps)).toMatchObject(soldOut)
  expect(asked).toHaveLength(before)
})

it('sees a unit that has come back when that time is over', async () => {
  const { deps, asked, wait } = watched()
  const { sku, held } = await soldOutStock(deps)
  const [first] = held
  if (first !== undefined) await release(testDeps, first, 'orders')
  expect(await hold(wish(sku), deps)).toMatchObject(soldOut)
  wait(FOR_MS)
  expect(await hold(wish(sku), deps)).toMatchObject({ ok: true })
  const before = asked.length
  await hold(wish(sku), deps)
  expect(asked.length).toBeGreaterThan(before)
})

it('always asks about a reservation that was begun before: it may hold units', async () => {
  const { deps } = watched()
  const { held } = await soldOutStock(deps)
  for (const ref of held) expect(await hold(ref, deps)).toMatchObject({ ok: true })
})

it('asks about all lines of an order that has several, so that each short one is named', async () => {
  const { deps } = watched()
  const { sku } = await soldOutStock(deps)
  const [other, short] = [await stocked(5), await stocked(0)]
  const lines = [sku, other, short].map((each) => ({ sku: each, quantity: 1 }))
  const refused = await hold({ ...wish(sku), lines }, deps)
  const names = refused.ok || !('shortages' in refused.refusal) ? [] : refused.refusal.shortages
  expect(names.map((shortage) => shortage.sku).toSorted()).toEqual([sku, short].toSorted())
  expect(await countsOf(other)).toEqual([5, 0])
})

it('always asks about a SKU that is not split', async () => {
  const { deps, asked } = watched()
  const sku = await stocked(0)
  for (let n = 0; n < 3; n++) await hold(wish(sku), deps)
  expect(asked).toEqual([sku, sku, sku])
})
