import { durationMs } from '@kiosk/kit/config'
import { z } from 'zod'

/** How the simulated provider behaves; each is a variable of the Worker. */
export const SimulatedSettings = z.object({
  /** How long `tok_slow` takes to answer. */
  SIMULATED_SLOW_MS: durationMs(5_000),
  /** How long after a lost answer the webhook comes; 0: never. */
  SIMULATED_WEBHOOK_DELAY_MS: durationMs(3_000),
  /** What its webhooks are signed with: a secret in the form of Standard Webhooks. */
  SIMULATED_WEBHOOK_SECRET: z.string().regex(/^whsec_[A-Za-z0-9+/=]{32,}$/),
})
