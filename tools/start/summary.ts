import { styleText } from 'node:util'
import { ADMIN_EMAIL, CUSTOMER_EMAIL, DEVELOPMENT_PASSWORD, STAFF_EMAIL } from '../seed/accounts.ts'
import { PORT_DEFAULT, type Settings } from './settings.ts'

/** What a person needs to know once the shop is open. */
export function summary(
  { url, port, isSeeding }: Settings,
  workersLog: string,
  seconds: number,
): string {
  const accounts = isSeeding ? [ADMIN_EMAIL, STAFF_EMAIL, CUSTOMER_EMAIL] : [ADMIN_EMAIL]
  const login = { email: accounts.at(-1), password: DEVELOPMENT_PASSWORD }
  const demo = port === PORT_DEFAULT ? 'pnpm demo' : `PORT=${port} pnpm demo`
  return `
${styleText(['bold', 'green'], `Kiosk is open at ${url}`)} (after ${seconds.toFixed(1)} s)

  Documentation   ${url}/docs
  OpenAPI         ${url}/openapi.json
  Readiness       ${url}/readyz
  Accounts        ${accounts.join('  ')}
  Password        ${DEVELOPMENT_PASSWORD}
  Log             ${workersLog}

Try it:

  curl '${url}/v1/products?q=coffee&limit=3'
  curl ${url}/v1/auth/login -H 'content-type: application/json' \\
    -d '${JSON.stringify(login)}'

${demo} plays the whole journey of an order. Ctrl-C stops everything and keeps the data.
`
}
