import { randomUUID } from 'node:crypto'
import type { SessionView } from '@kiosk/contracts/http/users-auth'
import type { UserView } from '@kiosk/contracts/http/users-view'
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { eventually, startSystem, type System } from './harness.ts'
import { codeOf, expectProblem } from './problems.ts'
import { address, type Mail, PASSWORD, type Person, placed, Shop, signIn } from './shop.ts'

let system: System
let shop: Shop

beforeAll(async () => {
  system = await startSystem()
  shop = await Shop.open(system)
})

const freshEmail = () => `${randomUUID()}@kiosk.test`

function auth<Body = SessionView>(action: string, body: unknown) {
  return system.api<Body>(`/v1/auth/${action}`, { body })
}

async function registered(change: Record<string, unknown> = {}): Promise<SessionView> {
  const body = { email: freshEmail(), password: PASSWORD, name: 'Ada', ...change }
  const answer = await auth('register', body)
  expect(answer.status).toBe(201)
  return answer.body
}

const refresh = ({ refreshToken }: SessionView) => auth('refresh', { refreshToken })

describe.concurrent('registering', () => {
  it('makes a customer who is signed in', async () => {
    const email = freshEmail()
    const session = await registered({ email: ` ${email.toUpperCase()} `, name: '  Ada  ' })
    expect(session).toEqual({
      user: {
        id: expect.stringMatching(/^usr_[0-9A-HJKMNP-TV-Z]{26}$/),
        email,
        name: 'Ada',
        locale: 'en',
        role: 'customer',
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        updatedAt: session.user.createdAt,
      },
      accessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      refreshToken: expect.stringMatching(/^\S{20,}$/),
      expiresIn: 900,
    })
    const me = await system.api('/v1/users/me', { token: session.accessToken })
    expect(me.body).toEqual(session.user)
  })

  it('takes an address once, in whatever case', async () => {
    const { user } = await registered()
    for (const email of [user.email, user.email.toUpperCase(), ` ${user.email} `]) {
      const again = await auth('register', { email, password: PASSWORD, name: 'Eve' })
      expectProblem(again, 409)
      expect(codeOf(again)).toBe('email_taken')
    }
    const email = freshEmail()
    const body = { email, password: PASSWORD, name: 'Ada' }
    const atOnce = await Promise.all([1, 2, 3].map(() => auth('register', body)))
    expect(atOnce.map(({ status }) => status).toSorted()).toEqual([201, 409, 409])
  })

  it.each([
    { email: 'not-an-address' },
    { email: 'a@b' },
    { email: `${'x'.repeat(300)}@kiosk.test` },
    { email: 'a b@kiosk.test' },
    { email: 'a@kiosk.test\r\nBcc: b@kiosk.test' },
    { password: 'short' },
    { password: 'x'.repeat(129) },
    { name: ' ' },
    { name: 'x'.repeat(201) },
    { locale: 'x' },
    { locale: 'en;drop' },
  ])('with %j is refused', async (change) => {
    const body = { email: freshEmail(), password: PASSWORD, name: 'Ada', ...change }
    const answer = await auth('register', body)
    expectProblem(answer, 400)
    expect(answer.body).toMatchObject({ errors: [{ path: Object.keys(change)[0] }] })
  })

  it('never shows a password or its hash', async () => {
    const { user, accessToken } = await registered({ password: 'Very Secret 123' })
    const path = `/v1/users?q=${encodeURIComponent(user.email)}`
    const seen = JSON.stringify([user, accessToken, (await shop.admin.call(path)).body])
    expect(seen).toContain(user.email)
    expect(seen).not.toMatch(/Very Secret|scrypt|hash|password/i)
  })
})

describe.concurrent('signing in', () => {
  it('takes the address in any case, and only the exact password', async () => {
    const { user } = await registered()
    const email = user.email.toUpperCase()
    expect((await auth('login', { email, password: PASSWORD })).body.user).toEqual(user)
    for (const password of [`${PASSWORD} `, PASSWORD.toUpperCase(), 'x', PASSWORD.slice(0, -1)]) {
      const wrong = await auth('login', { email, password })
      expectProblem(wrong, 401)
      expect(codeOf(wrong)).toBe('invalid_credentials')
    }
  })

  it('says the same of a wrong password and of no account', async () => {
    const { user } = await registered()
    const told = async (email: string) => {
      const { status, body } = await auth<object>('login', { email, password: 'wrong' })
      return { status, ...body, requestId: '' }
    }
    expect(await told(freshEmail())).toEqual(await told(user.email))
  })

  it('takes passwords of any characters', async () => {
    const password = `pä ß 😀 ${'"\'\\'} \u0000 x`
    const { user } = await registered({ password })
    expect((await auth('login', { email: user.email, password })).status).toBe(200)
  })

  it('is locked after many wrong passwords, known account or not, and says when it is open', async () => {
    const { user } = await registered()
    for (const email of [user.email, freshEmail()]) {
      const tries = Array.from({ length: 20 }, () => auth('login', { email, password: 'wrong' }))
      const statuses = (await Promise.all(tries)).map(({ status }) => status)
      expect(statuses.filter((status) => status === 401)).toHaveLength(10)
      const locked = await auth('login', { email, password: PASSWORD })
      expectProblem(locked, 429)
      expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(0)
    }
    await signIn(system, (await registered()).user.email, PASSWORD)
  })
})

describe.concurrent('a session', () => {
  it('gets new tokens for its refresh token, each good once', async () => {
    const first = await registered()
    const second = await refresh(first)
    expect(second).toMatchObject({ status: 200, body: { user: first.user, expiresIn: 900 } })
    expect(second.body.refreshToken).not.toBe(first.refreshToken)
    const me = await system.api('/v1/users/me', { token: second.body.accessToken })
    expect(me.status).toBe(200)
    const third = await refresh(second.body)
    expect(third.status).toBe(200)
  })

  it('ends for everybody when a spent refresh token comes again', async () => {
    const first = await registered()
    const second = await refresh(first)
    const stolen = await refresh(first)
    expectProblem(stolen, 401)
    expect(codeOf(stolen)).toBe('invalid_refresh_token')
    expectProblem(await refresh(second.body), 401)
    await signIn(system, first.user.email, PASSWORD)
  })

  it('refreshed several times at once gives one successor at most', async () => {
    const session = await registered()
    const answers = await Promise.all([1, 2, 3, 4].map(() => refresh(session)))
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1)
    for (const answer of answers) if (answer.status !== 200) expectProblem(answer, 401)
  })

  it('is over after logout, and others of the same person are not', async () => {
    const here = await registered()
    const { body: there } = await auth('login', { email: here.user.email, password: PASSWORD })
    const { refreshToken } = here
    expect((await auth('logout', { refreshToken })).status).toBe(204)
    expect((await auth('logout', { refreshToken })).status).toBe(204)
    expect((await auth('logout', { refreshToken: 'never-was-one' })).status).toBe(204)
    expectProblem(await refresh(here), 401)
    expect((await refresh(there)).status).toBe(200)
  })

  it('has an access token that anybody can verify with the published keys', async () => {
    const { user, accessToken } = await registered()
    const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', system.url))
    const { payload } = await jwtVerify(accessToken, keys)
    expect(payload).toMatchObject({ sub: user.id, role: 'customer', iss: expect.any(String) })
    expect(payload.aud).toBeDefined()
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(900)
    expect(decodeProtectedHeader(accessToken)).toMatchObject({ kid: expect.any(String) })
    expect(['EdDSA', 'ES256']).toContain(decodeProtectedHeader(accessToken).alg)
    const jwks = await system.api<{ keys: object[] }>('/.well-known/jwks.json')
    for (const key of jwks.body.keys) expect(key).not.toHaveProperty('d')
  })
})

describe.concurrent('a profile', () => {
  const change = (ada: Person, body: unknown) =>
    ada.call<Record<string, unknown>>('/v1/users/me', { method: 'PATCH', body })

  it('is changed in the fields that are given', async () => {
    const ada = await shop.customer()
    const changed = await change(ada, { name: ' Ada L. ', phone: '+4930123456', locale: 'de-AT' })
    expect(changed).toMatchObject({
      status: 200,
      body: { id: ada.id, name: 'Ada L.', phone: '+4930123456', locale: 'de-AT' },
    })
    expect((await ada.call('/v1/users/me')).body).toEqual(changed.body)
    expect((await change(ada, {})).body).toEqual(changed.body)
    const without = await change(ada, { phone: null })
    expect(without.body).not.toHaveProperty('phone')
  })

  it('changed by many at once is one of the wishes', async () => {
    const ada = await shop.customer()
    const wishes = [1, 2, 3, 4, 5].map((n) => ({ name: `Ada ${n}`, phone: `+4930123450${n}` }))
    const answers = await Promise.all(wishes.map((wish) => change(ada, wish)))
    for (const answer of answers) if (answer.status !== 200) expectProblem(answer, 409)
    const { body } = await ada.call('/v1/users/me')
    expect(wishes).toContainEqual({ name: body['name'], phone: body['phone'] })
  })

  it.each([
    { phone: '030 123456' },
    { phone: '+0301234567' },
    { phone: '+49' },
    { phone: '+4930123456\n' },
    { name: '' },
    { locale: '' },
  ])('refuses %j', async (body) => {
    const ada = await shop.customer()
    expectProblem(await change(ada, body), 400)
  })

  it('has addresses that are kept, changed and forgotten', async () => {
    const ada = await shop.customer()
    const path = '/v1/users/me/addresses'
    const made = await ada.call(path, { body: { ...address, line2: 'Back yard' } })
    expect(made).toMatchObject({ status: 201, body: { ...address, line2: 'Back yard' } })
    const own = `${path}/${String(made.body['id'])}`
    expect((await ada.call(own)).body).toEqual(made.body)
    const patched = await ada.call(own, { method: 'PATCH', body: { city: 'Bonn' } })
    expect(patched).toMatchObject({ status: 200, body: { city: 'Bonn', line2: 'Back yard' } })
    const replaced = await ada.call(own, { method: 'PUT', body: address })
    expect(replaced).toMatchObject({ status: 200, body: address })
    expect(replaced.body).not.toHaveProperty('line2')
    await ada.call(path, { body: { ...address, name: 'Second' } })
    const listed = await ada.call<{ items: { name: string }[] }>(path)
    expect(listed.body.items.map(({ name }) => name)).toEqual(['Second', 'Ada'])
    expect((await ada.call(own, { method: 'DELETE' })).status).toBe(204)
    for (const method of ['GET', 'DELETE'] as const) {
      expectProblem(await ada.call(own, { method }), 404)
    }
    const foreign = { ...address, country: 'Germany' }
    expectProblem(await ada.call(path, { body: foreign }), 400)
  })

  it('and all that is personal is gone when the account is deleted', async () => {
    const session = await registered({ name: 'Forget Me' })
    const { email, id } = session.user
    const ada = await signIn(system, email, PASSWORD)
    await ada.call('/v1/users/me/addresses', { body: address })
    const { id: orderId } = await placed(ada, await shop.sku(1))
    expect((await ada.call('/v1/users/me', { method: 'DELETE' })).status).toBe(204)
    expectProblem(await ada.call('/v1/users/me'), 401)
    expectProblem(await ada.call('/v1/users/me', { method: 'DELETE' }), 401)
    expectProblem(await refresh(session), 401)
    expectProblem(await auth('login', { email, password: PASSWORD }), 401)
    const path = `/v1/users?q=${encodeURIComponent(email)}`
    expect((await shop.staff.call(path)).body).toMatchObject({ items: [] })
    expect((await shop.staff.call(`/v1/orders/${orderId}`)).body).toMatchObject({ customerId: id })
    const again = await registered({ email })
    expect(again.user.id).not.toBe(id)
  })
})

describe.concurrent('a password', () => {
  const NEW = 'an even better password'

  async function tokenMailedTo(ada: Person): Promise<string> {
    return eventually(async () => {
      const { body } = await ada.call<{ items: Mail[] }>('/v1/notifications?limit=100')
      const mail = body.items.find(({ template }) => template === 'password_reset')
      expect(mail?.to).toBe(ada.email)
      const link = /https?:\/\/\S+/.exec(mail?.text ?? '')?.[0]
      const token = new URL(link ?? '').searchParams.get('token')
      expect(token).toBeTruthy()
      return token ?? ''
    })
  }

  it('that is changed ends every session', async () => {
    const session = await registered()
    const { email } = session.user
    const ada = await signIn(system, email, PASSWORD)
    const wish = (currentPassword: string, newPassword: string) =>
      ada.call('/v1/users/me/password', { body: { currentPassword, newPassword } })
    expectProblem(await wish('wrong', NEW), [401, 422])
    expectProblem(await wish(PASSWORD, 'short'), 400)
    expect((await refresh(session)).status).toBe(200)
    expect((await wish(PASSWORD, NEW)).status).toBe(204)
    expectProblem(await refresh(session), 401)
    expectProblem(await auth('login', { email, password: PASSWORD }), 401)
    await signIn(system, email, NEW)
  })

  it('that was forgotten is reset once with the token that is mailed, and sessions end', async () => {
    const session = await registered()
    const { email } = session.user
    const ada = await signIn(system, email, PASSWORD)
    const asked = await auth<object>('password-reset', { email: email.toUpperCase() })
    const nobody = await auth<object>('password-reset', { email: freshEmail() })
    expect([asked.status, asked.body]).toEqual([nobody.status, nobody.body])
    expect(asked.status).toBeLessThan(300)
    const token = await tokenMailedTo(ada)

    const confirm = (password: string, given = token) =>
      auth('password-reset/confirm', { token: given, password })
    expectProblem(await confirm('short'), 400)
    expectProblem(await confirm(NEW, 'not-the-token'), 422)
    expect((await confirm(NEW)).status).toBe(204)
    expectProblem(await confirm('and another password'), 422)
    expectProblem(await refresh(session), 401)
    expectProblem(await auth('login', { email, password: PASSWORD }), 401)
    await signIn(system, email, NEW)
  })

  it('that is reset opens a locked account', async () => {
    const { user } = await registered()
    const ada = await signIn(system, user.email, PASSWORD)
    const wrong = { email: user.email, password: 'wrong' }
    await Promise.all(Array.from({ length: 12 }, () => auth('login', wrong)))
    expectProblem(await auth('login', { ...wrong, password: PASSWORD }), 429)
    await auth('password-reset', { email: user.email })
    const token = await tokenMailedTo(ada)
    await auth('password-reset/confirm', { token, password: NEW })
    await signIn(system, user.email, NEW)
  })
})

describe.concurrent('roles', () => {
  const setRole = (by: Person, id: string, role: unknown) =>
    by.call(`/v1/users/${id}`, { method: 'PATCH', body: { role } })

  it('are given and taken by an admin', async () => {
    const ada = await shop.customer()
    expectProblem(await setRole(shop.staff, ada.id, 'staff'), 403)
    expectProblem(await setRole(ada, ada.id, 'admin'), 403)
    for (const role of ['root', '', null, ['admin'], 'ADMIN']) {
      expectProblem(await setRole(shop.admin, ada.id, role), 400)
    }
    expect(await setRole(shop.admin, ada.id, 'staff')).toMatchObject({
      status: 200,
      body: { id: ada.id, role: 'staff' },
    })
    const promoted = await signIn(system, ada.email, PASSWORD)
    expect((await promoted.call('/v1/inventory')).status).toBe(200)
    expectProblem(await promoted.call('/v1/ops/dead-letters'), 403)
    await setRole(shop.admin, ada.id, 'customer')
    const demoted = await signIn(system, ada.email, PASSWORD)
    expectProblem(await demoted.call('/v1/inventory'), 403)
  })

  it('given to somebody signed in come with their next tokens', async () => {
    const session = await registered()
    await setRole(shop.admin, session.user.id, 'staff')
    const { body } = await refresh(session)
    expect(body.user.role).toBe('staff')
    const { status } = await system.api('/v1/inventory', { token: body.accessToken })
    expect(status).toBe(200)
  })

  it('never leave the shop without an admin', async () => {
    for (const role of ['customer', 'staff']) {
      expectProblem(await setRole(shop.admin, shop.admin.id, role), 409)
    }
    expect((await shop.admin.call('/v1/users/me')).body).toMatchObject({ role: 'admin' })
  })

  it('are what staff can list accounts by', async () => {
    const ada = await shop.customer()
    const find = async (query: string) => {
      const { body } = await shop.staff.call<{ items: UserView[] }>(`/v1/users?${query}`)
      return body.items.map(({ id }) => id)
    }
    const q = `q=${encodeURIComponent(ada.email.slice(0, 20))}`
    expect(await find(q)).toEqual([ada.id])
    expect(await find(`${q}&role=customer`)).toEqual([ada.id])
    expect(await find(`${q}&role=staff`)).toEqual([])
    expect(await find('limit=1')).toHaveLength(1)
    expectProblem(await shop.staff.call('/v1/users?role=root'), 400)
  })
})
