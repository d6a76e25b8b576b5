import { EVENTS } from '@kiosk/contracts/events'
import { SessionView } from '@kiosk/contracts/http/users-auth'
import { describe, expect, it, vi } from 'vitest'
import {
  call,
  env,
  eventsOf,
  freshEmail,
  logIn,
  outcomeOf,
  PASSWORD,
  signUp,
} from '../../test/client.ts'
import { createDeps, type Deps } from '../deps.ts'
import { logIn as logInTo } from '../operations/log-in.ts'
import { hashPassword } from '../security/password-hash.ts'
import { deleteExpiredSessions } from '../store/session-store.ts'

const WRONG = 'not the password'

describe('register', () => {
  it('opens a customer account with a session, and says so once', async () => {
    const response = await call('POST /v1/auth/register', {
      body: { email: ' Ada.L@Example.COM ', password: PASSWORD, name: ' Ada ', locale: 'de' },
    })
    expect(response.status).toBe(201)
    expect(response.headers.get('cache-control')).toBe('no-store')
    const session = SessionView.strict().parse(await response.json())
    expect(session.user).toMatchObject({
      email: 'ada.l@example.com',
      name: 'Ada',
      locale: 'de',
      role: 'customer',
    })
    expect(session.user).not.toHaveProperty('phone')
    expect(session.expiresIn).toBe(900)
    const [event, ...more] = await eventsOf(session.user.id)
    expect(more).toEqual([])
    expect(EVENTS['user.registered'].parse(event)).toMatchObject({
      aggregateversion: 1,
      data: { userId: session.user.id, email: 'ada.l@example.com', locale: 'de', role: 'customer' },
    })
  })

  it('takes no role, id or version from the body', async () => {
    const response = await call('POST /v1/auth/register', {
      body: {
        email: freshEmail(),
        password: PASSWORD,
        name: 'Eve',
        role: 'admin',
        id: 'usr_00000000000000000000000000',
        version: 9,
      },
    })
    const { user } = SessionView.parse(await response.json())
    expect(user.role).toBe('customer')
    expect(user.id).not.toContain('00000000000')
  })

  it('gives an email to one account only, in whatever case it is written', async () => {
    const email = freshEmail()
    await signUp({ email })
    const body = { email: email.toUpperCase(), password: PASSWORD, name: 'Eve' }
    expect(await outcomeOf('POST /v1/auth/register', { body })).toBe('409 email_taken')
  })

  it('lets one of ten win who register the same email at once', async () => {
    const body = { email: freshEmail(), password: PASSWORD, name: 'Ada' }
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => outcomeOf('POST /v1/auth/register', { body })),
    )
    expect(outcomes.toSorted()).toEqual(['201', ...Array<string>(9).fill('409 email_taken')])
  })

  it('keeps the address of the configured admin from whoever comes first', async () => {
    const body = { email: 'Admin@kiosk.test', password: PASSWORD, name: 'Eve' }
    expect(await outcomeOf('POST /v1/auth/register', { body })).toBe('409 email_taken')
  })

  it('stores neither the password nor a refresh token in the clear', async () => {
    const { refreshToken } = await signUp()
    const tables = ['users', 'credentials', 'sessions', 'refresh_tokens', 'outbox', 'signing_keys']
    for (const table of tables) {
      const { results } = await env.DB.prepare(`select * from ${table}`).all()
      const stored = JSON.stringify(results)
      expect(stored).not.toContain(PASSWORD)
      expect(stored).not.toContain(refreshToken)
      expect(stored).not.toContain('"d":')
    }
  })
})

describe('login', () => {
  it('answers a wrong password and an unknown email alike', async () => {
    const { user } = await signUp()
    const answers = await Promise.all(
      [user.email, freshEmail()].map(async (email) => {
        const response = await call('POST /v1/auth/login', { body: { email, password: WRONG } })
        const { requestId: _, ...problem } = await response.json<Record<string, unknown>>()
        return { status: response.status, problem }
      }),
    )
    expect(answers[0]).toMatchObject({ status: 401, problem: { code: 'invalid_credentials' } })
    expect(answers[1]).toEqual(answers[0])
  })

  it('takes a password typed composed or decomposed', async () => {
    const email = freshEmail()
    const body = { email, password: 'caf\u00e9 \u{1F511} \u212B', name: 'Ada' }
    expect(await outcomeOf('POST /v1/auth/register', { body })).toBe('201')
    await logIn(email, 'cafe\u0301 \u{1F511} A\u030A')
  })

  it('works with an expired or broken token at hand', async () => {
    const { user } = await signUp()
    const body = { email: user.email, password: PASSWORD }
    expect(await outcomeOf('POST /v1/auth/login', { body, token: 'a.b.c' })).toBe('200')
  })

  it('stores the hash anew when its cost is not today’s', async () => {
    const { user } = await signUp()
    const stored = () =>
      env.DB.prepare('select password_hash as hash from credentials where user_id = ?')
        .bind(user.id)
        .first<string>('hash')
    // The hash of the same password with N = 2^5.
    await env.DB.prepare('update credentials set password_hash = ? where user_id = ?')
      .bind(await hashPassword(PASSWORD, 32), user.id)
      .run()
    await logIn(user.email)
    expect(await stored()).toMatch(/^\$scrypt\$ln=4,r=8,p=3\$/)
    await logIn(user.email)
  })

  it.each(['known', 'unknown'])('locks a %s account after too many failures', async (kind) => {
    const email = kind === 'known' ? (await signUp()).user.email : freshEmail()
    const attempt = (password: string) =>
      outcomeOf('POST /v1/auth/login', { body: { email, password } })
    for (let failures = 0; failures < 4; failures++) {
      expect(await attempt(WRONG)).toBe('401 invalid_credentials')
    }
    const response = await call('POST /v1/auth/login', { body: { email, password: PASSWORD } })
    expect(response.status).toBe(429)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(800)
    expect(await attempt(WRONG)).toBe('429 too_many_requests')
  })

  it('checks no more passwords than allowed when many come at once', async () => {
    const { user } = await signUp()
    const attempts = Array.from({ length: 20 }, () =>
      outcomeOf('POST /v1/auth/login', { body: { email: user.email, password: WRONG } }),
    )
    const outcomes = await Promise.all(attempts)
    expect(outcomes.filter((outcome) => outcome.startsWith('401'))).toHaveLength(4)
  })

  it('lets one person sign in on many devices at once', async () => {
    const { user } = await signUp()
    const sessions = await Promise.all(Array.from({ length: 20 }, () => logIn(user.email)))
    expect(new Set(sessions.map(({ refreshToken }) => refreshToken)).size).toBe(20)
  })

  it('opens no session when the password changes while the old one is being checked', async () => {
    const { user } = await signUp()
    const deps = createDeps(env)
    const guardOf: Deps['guardOf'] = async (email) => {
      await env.DB.prepare('update credentials set password_hash = ? where user_id = ?')
        .bind(await hashPassword('a new password', 16), user.id)
        .run()
      return deps.guardOf(email)
    }
    const body = { email: user.email, password: PASSWORD }
    await expect(logInTo({ ...deps, guardOf }, body)).rejects.toThrow('Email or password is wrong')
    const count = await env.DB.prepare('select count(*) as n from sessions where user_id = ?')
      .bind(user.id)
      .first('n')
    expect(count).toBe(1)
  })

  it('forgets failures after a success', async () => {
    const { user } = await signUp()
    for (let round = 0; round < 3; round++) {
      for (let failures = 0; failures < 3; failures++) {
        const body = { email: user.email, password: WRONG }
        expect(await outcomeOf('POST /v1/auth/login', { body })).toBe('401 invalid_credentials')
      }
      await logIn(user.email)
    }
  })
})

describe('refresh', () => {
  const refresh = (refreshToken: string) =>
    call('POST /v1/auth/refresh', { body: { refreshToken } })

  async function refreshed(refreshToken: string): Promise<SessionView> {
    const response = await refresh(refreshToken)
    expect(response.status).toBe(200)
    return SessionView.parse(await response.json())
  }

  it('gives new tokens, each good for one use', async () => {
    const first = await signUp()
    const second = await refreshed(first.refreshToken)
    const third = await refreshed(second.refreshToken)
    expect(third.user).toEqual(first.user)
    expect(new Set([first, second, third].map((session) => session.refreshToken)).size).toBe(3)
    expect(await outcomeOf('GET /v1/users/me', { token: third.accessToken })).toBe('200')
  })

  it('ends the whole session when a spent token comes back, and no other session', async () => {
    const first = await signUp()
    const elsewhere = await logIn(first.user.email)
    const second = await refreshed(first.refreshToken)
    const replayed = await refresh(first.refreshToken)
    expect(replayed.status).toBe(401)
    expect(await replayed.json()).toMatchObject({ code: 'invalid_refresh_token' })
    expect((await refresh(second.refreshToken)).status).toBe(401)
    await refreshed(elsewhere.refreshToken)
  })

  it('lets one of ten win who bring the same token at once, and ends the session', async () => {
    const { refreshToken } = await signUp()
    const responses = await Promise.all(Array.from({ length: 10 }, () => refresh(refreshToken)))
    const winners = responses.filter(({ status }) => status === 200)
    expect(winners).toHaveLength(1)
    expect(responses.filter(({ status }) => status === 401)).toHaveLength(9)
    const winner = SessionView.parse(await winners[0]?.json())
    expect((await refresh(winner.refreshToken)).status).toBe(401)
  })

  it.each(['x', 'é\u0000🔑', 'A'.repeat(200)])('refuses the unknown token %j', async (token) => {
    const body = { refreshToken: token }
    expect(await outcomeOf('POST /v1/auth/refresh', { body })).toBe('401 invalid_refresh_token')
  })

  it('refuses a token of an expired session', async () => {
    const { user, refreshToken } = await signUp()
    await env.DB.prepare(
      `update refresh_tokens set expires_at = 1 where session_id in
       (select id from sessions where user_id = ?)`,
    )
      .bind(user.id)
      .run()
    expect((await refresh(refreshToken)).status).toBe(401)
  })
})

describe('an expired session', () => {
  const rowsOf = (userId: string) =>
    env.DB.prepare(
      `select count(*) as n from sessions left join refresh_tokens on session_id = id
       where user_id = ?`,
    )
      .bind(userId)
      .first('n')

  async function expireSessionsOf(userId: string): Promise<void> {
    await env.DB.prepare('update sessions set expires_at = 1 where user_id = ?').bind(userId).run()
  }

  it('is forgotten with its tokens: at the next login, or by the clock', async () => {
    const { user } = await signUp()
    await expireSessionsOf(user.id)
    await logIn(user.email)
    expect(await rowsOf(user.id)).toBe(1)
    await expireSessionsOf(user.id)
    await deleteExpiredSessions(createDeps(env).db, Date.now())
    expect(await rowsOf(user.id)).toBe(0)
  })
})

describe('logout', () => {
  it('ends the session, and does not mind a second time or an unknown token', async () => {
    const { refreshToken } = await signUp()
    for (const token of [refreshToken, refreshToken, 'unknown']) {
      const body = { refreshToken: token }
      expect(await outcomeOf('POST /v1/auth/logout', { body })).toBe('204')
    }
    const body = { refreshToken }
    expect(await outcomeOf('POST /v1/auth/refresh', { body })).toBe('401 invalid_refresh_token')
  })
})

describe('password reset', () => {
  async function requestReset(email: string): Promise<Response> {
    return call('POST /v1/auth/password-reset', { body: { email } })
  }

  async function resetEvents(userId: string) {
    const events = await eventsOf(userId)
    return events.filter(({ type }) => type === 'user.password_reset_requested')
  }

  async function mailedToken(userId: string): Promise<string> {
    const events = await vi.waitFor(async () => {
      const found = await resetEvents(userId)
      expect(found).not.toEqual([])
      return found
    })
    return EVENTS['user.password_reset_requested'].parse(events.at(-1)).data.token
  }

  const confirm = (token: string, password: string) =>
    outcomeOf('POST /v1/auth/password-reset/confirm', { body: { token, password } })

  it('answers alike whether or not the account exists', async () => {
    const { user } = await signUp()
    const [known, unknown] = await Promise.all([
      requestReset(user.email),
      requestReset(freshEmail()),
    ])
    expect([known.status, unknown.status]).toEqual([202, 202])
    expect(await known.text()).toBe(await unknown.text())
  })

  it('sets the password once, ends every session and opens the lock', async () => {
    const { user, refreshToken } = await signUp()
    for (let failures = 0; failures < 5; failures++) {
      await call('POST /v1/auth/login', { body: { email: user.email, password: WRONG } })
    }
    await requestReset(user.email)
    const token = await mailedToken(user.id)
    expect(await confirm(token, 'a new password')).toBe('204')
    expect(await confirm(token, 'another password')).toBe('422 invalid_reset_token')
    const body = { refreshToken }
    expect(await outcomeOf('POST /v1/auth/refresh', { body })).toBe('401 invalid_refresh_token')
    await logIn(user.email, 'a new password')
    await expect(logIn(user.email)).rejects.toThrow('invalid_credentials')
  })

  it('spends every other token that was mailed', async () => {
    const { user } = await signUp()
    await requestReset(user.email)
    const first = await mailedToken(user.id)
    await requestReset(user.email)
    await vi.waitFor(async () => expect(await resetEvents(user.id)).toHaveLength(2))
    const second = await mailedToken(user.id)
    expect(await confirm(second, 'a new password')).toBe('204')
    expect(await confirm(first, 'a third password')).toBe('422 invalid_reset_token')
  })

  it('lets one of five win who confirm the same token at once', async () => {
    const { user } = await signUp()
    await requestReset(user.email)
    const token = await mailedToken(user.id)
    const outcomes = await Promise.all(
      Array.from({ length: 5 }, (_, index) => confirm(token, `a new password ${index}`)),
    )
    expect(outcomes.filter((outcome) => outcome === '204')).toHaveLength(1)
    const refused = outcomes.filter((outcome) => outcome === '422 invalid_reset_token')
    expect(refused).toHaveLength(4)
  })

  it('refuses an expired token', async () => {
    const { user } = await signUp()
    await requestReset(user.email)
    const token = await mailedToken(user.id)
    await env.DB.prepare('update password_resets set expires_at = 1 where user_id = ?')
      .bind(user.id)
      .run()
    expect(await confirm(token, 'a new password')).toBe('422 invalid_reset_token')
  })

  it('sends no more mails than allowed, without saying so', async () => {
    const { user } = await signUp()
    for (let requests = 0; requests < 7; requests++) {
      expect((await requestReset(user.email)).status).toBe(202)
    }
    await vi.waitFor(async () => expect(await resetEvents(user.id)).toHaveLength(5))
    // The two that are too many would have been said by now.
    await scheduler.wait(100)
    expect(await resetEvents(user.id)).toHaveLength(5)
  })
})
