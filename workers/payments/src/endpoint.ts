import { endpointsOf } from '@kiosk/kit/app'
import type { Deps } from './deps.ts'
import type { Env } from './env.ts'

/** Ties a route of the contract to the function that answers it. */
export const endpoint = endpointsOf<Env, Deps>()
