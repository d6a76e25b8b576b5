import { newId } from '@kiosk/kit/ids'
import { describe, expect, it } from 'vitest'
import { type Call, refusals } from '../../../tests/support/overload.ts'
import { freshSku, stocked, testEnv } from '../test/world.ts'
import { app } from './app.ts'

const calls: Record<string, () => Promise<Call>> = {
  'setting stock': async () => ({
    route: `PUT /v1/inventory/${freshSku()}`,
    as: 'staff',
    body: { onHand: 5 },
  }),
  'adjusting stock': async () => ({
    route: `POST /v1/inventory/${await stocked(5)}/adjustments`,
    as: 'staff',
    body: { delta: 1, reason: 'found' },
  }),
  'reading stock': async () => ({ route: `GET /v1/inventory/${await stocked(5)}`, as: 'staff' }),
  'reserving two SKUs': async () => ({
    route: 'POST /v1/reservations',
    as: 'staff',
    body: {
      orderId: newId('order'),
      lines: [
        // What an attempt could not give back while its object was overloaded is free at the deadline.
        { sku: await stocked(2), quantity: 1 },
        { sku: await stocked(2), quantity: 1 },
      ],
    },
  }),
}

describe.each(Object.entries(calls))('while something is overloaded, %s', (_name, newCall) => {
  it('is 503 when it is an object of a SKU, and works afterwards', async () => {
    expect(await refusals(app, testEnv, 'STOCK', newCall)).toBeGreaterThan(0)
  })

  it('is 503 or done when it is the database', async () => {
    expect(await refusals(app, testEnv, 'DB', newCall)).toBeGreaterThanOrEqual(0)
  })
})

it('a list is 503', async () => {
  const listing = (): Call => ({ route: 'GET /v1/inventory', as: 'staff' })
  expect(await refusals(app, testEnv, 'DB', listing)).toBeGreaterThan(0)
})
