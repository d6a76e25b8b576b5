import { beforeAll, expect, test } from 'vitest'
import { eventually, startSystem, type System } from './harness.ts'

let system: System

beforeAll(async () => {
  system = await startSystem()
})

test('the gateway is ready once every Worker answers and is migrated', async () => {
  await eventually(async () => {
    expect(await system.api('/readyz')).toMatchObject({ status: 200 })
  })
})
