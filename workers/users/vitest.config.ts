import { workerProject } from '../../tests/support/worker-project.ts'

export default workerProject(import.meta.dirname, {
  vars: {
    KEY_ENCRYPTION_KEY: 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=',
    ADMIN_EMAIL: 'admin@kiosk.test',
    ADMIN_PASSWORD: 'kiosk-dev-password',
    // The real cost is tried in password-hash.test.ts; hundreds of sign-ins need not take a minute.
    SCRYPT_COST: '16',
    LOGIN_FAILURES_MAX: '4',
    // Storage is emptied between files, and the isolate is not: it must not remember keys that are gone.
    KEY_CACHE_MS: '0',
  },
})
