import { readConfig } from '@kiosk/kit/config'
import type { PaymentProvider } from '../provider.ts'
import type { SimulatedBindings } from './bindings.ts'
import { SimulatedSettings } from './settings.ts'
import { readWebhook } from './webhook.ts'

/** A bank for development and tests, with books of its own: one object per charge. */
export function simulatedProvider(env: SimulatedBindings): PaymentProvider {
  const { SIMULATED_WEBHOOK_SECRET } = readConfig(env, SimulatedSettings)
  const books = (key: string) => env.SIMULATED_PROVIDER.getByName(key)
  return {
    async charge(request) {
      const { outcome, isAnswerLost } = await books(request.key).charge(request)
      if (isAnswerLost) throw new Error('the connection to the provider was lost')
      return outcome
    },
    confirm: ({ key }) => books(key).confirm(),
    find: ({ key }) => books(key).find(),
    cancel: ({ key }) => books(key).cancel(key),
    refund: ({ key, charge, amountMinor }) => books(charge.key).refund(key, amountMinor),
    findRefund: ({ key, charge }) => books(charge.key).findRefund(key),
    readWebhook: async (headers, body) => readWebhook(SIMULATED_WEBHOOK_SECRET, headers, body),
  }
}
