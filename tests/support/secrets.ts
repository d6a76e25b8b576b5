/** The secrets that the Workers ask for, over whatever a `.dev.vars` says. For tests only. */
export const TEST_SECRETS = {
  KEY_ENCRYPTION_KEY: Buffer.alloc(32, 'test').toString('base64'),
  SIMULATED_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 'test').toString('base64')}`,
  ADMIN_EMAIL: 'admin@kiosk.test',
  ADMIN_PASSWORD: 'kiosk-test-password',
  SEED_LAST_SLUG: '',
} as const
