import { TEST_SECRETS } from '../../tests/support/secrets.ts'
import { Account } from '../own-shop/account.ts'
import { textIn, type Send } from '../own-shop/http.ts'

const PASSWORD = 'kiosk-bench-password'

/** As many as orders are ever in flight, so that no two of them are one person's. */
export const BUYERS = 32

export function admin(send: Send): Account {
  return new Account(send, TEST_SECRETS.ADMIN_EMAIL, TEST_SECRETS.ADMIN_PASSWORD)
}

export async function registerBuyers(send: Send): Promise<void> {
  for (const email of emails()) {
    const body = { email, password: PASSWORD, name: 'Buyer' }
    const answer = await send({ path: '/v1/auth/register', body })
    if (answer.status !== 201) throw new Error(`registering ${email}: ${answer.status}`)
  }
}

/** An access token of each buyer. */
export function signInBuyers(send: Send): Promise<string[]> {
  return Promise.all(
    emails().map(async (email) => {
      const answer = await send({ path: '/v1/auth/login', body: { email, password: PASSWORD } })
      const token = textIn(answer, 'accessToken')
      if (token === undefined) throw new Error(`signing in ${email}: ${answer.status}`)
      return token
    }),
  )
}

export function emails(): string[] {
  return Array.from({ length: BUYERS }, (_, n) => `bench-buyer-${n}@kiosk.test`)
}
