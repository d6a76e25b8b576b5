import { TEST_SECRETS } from '../../tests/support/secrets.ts'
import type { Vars } from '../lean/worker-options.ts'

/**
 * Kiosk as it is deployed, with what a benchmark cannot do without: the secrets of the tests, no limit for
 * the one address that all load comes from, and tokens that outlast it.
 */
export const BENCH_VARS: Vars = {
  ...TEST_SECRETS,
  RATE_LIMITS: 'off',
  ACCESS_TTL_MS: String(24 * 60 * 60 * 1000),
  // Of signing in, which is not measured: dozens of accounts are made for every run.
  SCRYPT_COST: '1024',
}
