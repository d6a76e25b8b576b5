import { newId } from '@kiosk/kit/ids'
import { expect, it } from 'vitest'
import { type Call, refusals } from '../../../tests/support/overload.ts'
import { testEnv } from '../test/fixtures.ts'
import { app } from './app.ts'

const PREFERENCES = '/v1/notifications/preferences'
const TOPICS = { orders: true, payments: false }

it.each<Call>([
  { route: 'GET /v1/notifications' },
  { route: `GET ${PREFERENCES}` },
  { route: `PUT ${PREFERENCES}`, body: { email: TOPICS, sms: TOPICS } },
  { route: 'GET /internal/dead-letters?limit=10', as: 'admin' },
])('an overload is 503: $route', async (call) => {
  const newCall = (): Call => ({ as: 'customer', userId: newId('user'), ...call })
  expect(await refusals(app, testEnv, 'DB', newCall)).toBeGreaterThan(0)
})
