import { expect, it } from 'vitest'
import agreed from './cost.json' with { type: 'json' }
import { measure } from './measure.ts'

// A change that adds a write is meant to be seen in its review: `pnpm cost --write` shows what it costs.
it('every operation costs what is kept in cost.json, to the row', async () => {
  expect(await measure()).toEqual(agreed)
})
