import { describe, expect, it } from 'vitest'
import { type Call, refusals } from '../../../tests/support/overload.ts'
import { env, freshEmail, PASSWORD, signUp } from '../test/client.ts'
import { app } from './app.ts'

async function signingIn(): Promise<Call> {
  const { user } = await signUp()
  return { route: 'POST /v1/auth/login', body: { email: user.email, password: PASSWORD } }
}

const registering = (): Call => ({
  route: 'POST /v1/auth/register',
  body: { email: freshEmail(), password: PASSWORD, name: 'Ada' },
  doneStatus: 409,
})

describe('an overload is 503', () => {
  it.each(['DB', 'RELAY'] as const)('of %s: registering', async (binding) => {
    expect(await refusals(app, env, binding, registering)).toBeGreaterThan(0)
  })

  it.each(['DB', 'LOGIN_GUARD'] as const)('of %s: signing in', async (binding) => {
    expect(await refusals(app, env, binding, signingIn)).toBeGreaterThan(0)
  })

  it('of the database: looking at oneself', async () => {
    const looking = async (): Promise<Call> => {
      const { accessToken: token } = await signUp()
      return { route: 'GET /v1/users/me', token }
    }
    expect(await refusals(app, env, 'DB', looking)).toBeGreaterThan(0)
  })
})
