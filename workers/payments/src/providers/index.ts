import type { Env } from '../env.ts'
import type { PaymentProvider } from './provider.ts'
import { simulatedProvider } from './simulated/adapter.ts'

/**
 * The gateways there are. Another one is a file beside this and a line here; PAYMENT_PROVIDER
 * chooses.
 */
const PROVIDERS: Readonly<Record<string, (env: Env) => PaymentProvider>> = {
  simulated: simulatedProvider,
}

/** The gateway of that name, or null. */
export function createProvider(env: Env, name: string): PaymentProvider | null {
  return Object.hasOwn(PROVIDERS, name) ? (PROVIDERS[name]?.(env) ?? null) : null
}
