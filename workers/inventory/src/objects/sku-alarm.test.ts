import { expect, it } from 'vitest'
import { SkuAlarm } from './sku-alarm.ts'

function watched() {
  const set: number[] = []
  const storage = { setAlarm: async (time: number) => void set.push(time) }
  return { set, alarm: new SkuAlarm(storage as unknown as DurableObjectStorage) }
}

it('is moved nearer, never away', async () => {
  const { set, alarm } = watched()
  await alarm.armBy(2_000, 1_000)
  await alarm.armBy(3_000, 1_000)
  await alarm.armBy(1_500, 1_000)
  expect(set).toEqual([2_000, 1_500])
})

it('is set anew once it has fired', async () => {
  const { set, alarm } = watched()
  await alarm.armBy(2_000, 1_000)
  alarm.forget()
  await alarm.armBy(3_000, 2_000)
  expect(set).toEqual([2_000, 3_000])
})

it('is given time to fire late, and set anew when it seems lost', async () => {
  const { set, alarm } = watched()
  await alarm.armBy(2_000, 1_000)
  await alarm.armBy(4_001, 4_000)
  expect(set).toEqual([2_000])
  await alarm.armBy(9_001, 9_000)
  expect(set).toEqual([2_000, 9_001])
})

it('is set with the next call when the storage did not take it', async () => {
  const times: number[] = []
  const setAlarm = async (time: number) => {
    times.push(time)
    if (times.length === 1) throw new Error('storage is away')
  }
  const alarm = new SkuAlarm({ setAlarm } as unknown as DurableObjectStorage)
  await expect(alarm.armBy(2_000, 1_000)).rejects.toThrow('storage is away')
  await alarm.armBy(3_000, 1_000)
  expect(times).toEqual([2_000, 3_000])
})
