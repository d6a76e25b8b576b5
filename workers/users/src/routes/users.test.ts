import { EVENTS } from '@kiosk/contracts/events'
import { AddressView } from '@kiosk/contracts/http/users-addresses'
import { UserView } from '@kiosk/contracts/http/users-view'
import { describe, expect, it } from 'vitest'
import {
  adminToken,
  call,
  env,
  eventsOf,
  logIn,
  outcomeOf,
  PASSWORD,
  signUp,
  tokenWithRole,
} from '../../test/client.ts'

const ADDRESS = {
  name: 'Ada Lovelace',
  line1: '12 St James’s Square',
  city: 'London',
  postalCode: 'SW1Y 4JH',
  country: 'GB',
}

interface Page<T> {
  items: T[]
  nextCursor: string | null
}

describe('the profile', () => {
  it('is read and changed; each change is said with a higher version', async () => {
    const { user, accessToken: token } = await signUp()
    const changed = await call('PATCH /v1/users/me', {
      token,
      body: { name: ' Ada L. ', phone: '+4930123456', locale: 'de-AT' },
    })
    expect(changed.status).toBe(200)
    const view = UserView.strict().parse(await changed.json())
    expect(view).toMatchObject({ name: 'Ada L.', phone: '+4930123456', locale: 'de-AT' })
    expect(await (await call('GET /v1/users/me', { token })).json()).toEqual(view)

    await call('PATCH /v1/users/me', { token, body: { phone: null } })
    const [, second, third] = await eventsOf(user.id)
    expect(EVENTS['user.updated'].parse(second)).toMatchObject({
      aggregateversion: 2,
      data: { phone: '+4930123456', email: user.email },
    })
    expect(third).toMatchObject({ type: 'user.updated', aggregateversion: 3 })
    expect(third?.data).not.toHaveProperty('phone')
  })

  it('takes neither role, email nor id from the body', async () => {
    const { user, accessToken: token } = await signUp()
    const body = { role: 'admin', email: 'x@example.com', id: 'usr_x', version: 99 }
    const response = await call('PATCH /v1/users/me', { token, body })
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual(user)
    expect(await eventsOf(user.id)).toHaveLength(1)
    expect(await outcomeOf('GET /v1/users', { token })).toBe('403 forbidden')
  })

  it('loses no change when several come at once', async () => {
    const { user, accessToken: token } = await signUp()
    const fields = [{ name: 'New' }, { phone: '+4930123456' }, { locale: 'de' }]
    const outcomes = await Promise.all(
      fields.map((body) => outcomeOf('PATCH /v1/users/me', { token, body })),
    )
    expect(outcomes).toEqual(['200', '200', '200'])
    const me = await (await call('GET /v1/users/me', { token })).json()
    expect(me).toMatchObject({ name: 'New', phone: '+4930123456', locale: 'de' })
    const versions = (await eventsOf(user.id)).map((event) => event.aggregateversion)
    expect(new Set(versions)).toEqual(new Set([1, 2, 3, 4]))
  })

  it('is for who is signed in', async () => {
    for (const token of [undefined, 'a.b.c', 'x'.repeat(10_000)]) {
      const request = token === undefined ? {} : { token }
      expect(await outcomeOf('GET /v1/users/me', request)).toBe('401 unauthorized')
    }
  })
})

describe('a password change', () => {
  it('asks for the current one, ends every session, and the new one holds', async () => {
    const { user, accessToken: token, refreshToken } = await signUp()
    const change = (currentPassword: string) =>
      outcomeOf('POST /v1/users/me/password', {
        token,
        body: { currentPassword, newPassword: 'a new password' },
      })
    expect(await change('wrong')).toBe('422 wrong_password')
    expect(await change(PASSWORD)).toBe('204')
    const body = { refreshToken }
    expect(await outcomeOf('POST /v1/auth/refresh', { body })).toBe('401 invalid_refresh_token')
    await logIn(user.email, 'a new password')
    await expect(logIn(user.email)).rejects.toThrow('invalid_credentials')
  })

  it('is no way to guess with a stolen token', async () => {
    const { accessToken: token } = await signUp()
    const body = { currentPassword: 'a guess', newPassword: 'a new password' }
    const outcomes: string[] = []
    for (let guesses = 0; guesses < 5; guesses++) {
      outcomes.push(await outcomeOf('POST /v1/users/me/password', { token, body }))
    }
    expect(outcomes.at(-1)).toBe('429 too_many_requests')
  })
})

describe('a deleted account', () => {
  it('leaves nothing personal, no session, and a free email', async () => {
    const { user, accessToken: token, refreshToken } = await signUp({ name: 'Ada Secret' })
    await call('POST /v1/users/me/addresses', { token, body: ADDRESS })
    await call('POST /v1/auth/password-reset', { body: { email: user.email } })
    expect(await outcomeOf('DELETE /v1/users/me', { token })).toBe('204')

    expect(await outcomeOf('GET /v1/users/me', { token })).toBe('401 unauthorized')
    expect(await outcomeOf('DELETE /v1/users/me', { token })).toBe('401 unauthorized')
    expect(await outcomeOf('GET /v1/users/me/addresses', { token })).toBe('401 unauthorized')
    const create = outcomeOf('POST /v1/users/me/addresses', { token, body: ADDRESS })
    expect(await create).toBe('401 unauthorized')
    const body = { refreshToken }
    expect(await outcomeOf('POST /v1/auth/refresh', { body })).toBe('401 invalid_refresh_token')
    await expect(logIn(user.email)).rejects.toThrow('invalid_credentials')

    for (const table of ['users', 'credentials', 'addresses', 'sessions']) {
      const { results } = await env.DB.prepare(`select * from ${table}`).all()
      expect(JSON.stringify(results)).not.toMatch(new RegExp(`${user.email}|Ada Secret`))
    }
    const last = (await eventsOf(user.id)).find(({ type }) => type === 'user.deleted')
    expect(EVENTS['user.deleted'].parse(last)).toMatchObject({
      aggregateversion: 2,
      data: { userId: user.id },
    })
    const again = await signUp({ email: user.email })
    expect(again.user.id).not.toBe(user.id)
  })
})

describe('addresses', () => {
  const PATH = '/v1/users/me/addresses'

  async function create(token: string, more: object = {}): Promise<AddressView> {
    const response = await call(`POST ${PATH}`, { token, body: { ...ADDRESS, ...more } })
    expect(response.status).toBe(201)
    return AddressView.strict().parse(await response.json())
  }

  it('are created, read, replaced, changed and deleted', async () => {
    const { accessToken: token } = await signUp()
    const created = await create(token, { line2: 'Flat 2', region: 'Greater London' })
    expect(created).toMatchObject({ ...ADDRESS, line2: 'Flat 2', isDefault: false })
    const path = `${PATH}/${created.id}`
    expect(await (await call(`GET ${path}`, { token })).json()).toEqual(created)

    const patch = { city: 'Bath', line2: null }
    const patched: object = await (await call(`PATCH ${path}`, { token, body: patch })).json()
    expect(patched).toMatchObject({ city: 'Bath', region: 'Greater London', line1: ADDRESS.line1 })
    expect(patched).not.toHaveProperty('line2')

    const replaced: object = await (await call(`PUT ${path}`, { token, body: ADDRESS })).json()
    expect(replaced).toMatchObject(ADDRESS)
    expect(replaced).not.toHaveProperty('region')
    expect(await (await call(`GET ${path}`, { token })).json()).toEqual(replaced)

    expect(await outcomeOf(`PATCH ${path}`, { token, body: {} })).toBe('200')
    expect(await outcomeOf(`DELETE ${path}`, { token })).toBe('204')
    for (const method of ['GET', 'DELETE']) {
      expect(await outcomeOf(`${method} ${path}`, { token })).toBe('404 not_found')
    }
    expect(await outcomeOf(`PUT ${path}`, { token, body: ADDRESS })).toBe('404 not_found')
    expect(await outcomeOf(`PATCH ${path}`, { token, body: {} })).toBe('404 not_found')
  })

  it('have one default at most: the newest choice', async () => {
    const { accessToken: token } = await signUp()
    const first = await create(token, { isDefault: true })
    const second = await create(token, { isDefault: true })
    const defaults = async () => {
      const page: Page<AddressView> = await (await call(`GET ${PATH}`, { token })).json()
      return page.items.filter(({ isDefault }) => isDefault).map(({ id }) => id)
    }
    expect(await defaults()).toEqual([second.id])
    await call(`PATCH ${PATH}/${first.id}`, { token, body: { isDefault: true } })
    expect(await defaults()).toEqual([first.id])
    await call(`PUT ${PATH}/${first.id}`, { token, body: ADDRESS })
    expect(await defaults()).toEqual([])
  })

  it('of somebody else do not exist', async () => {
    const { accessToken: owner } = await signUp()
    const { accessToken: token } = await signUp()
    const path = `${PATH}/${(await create(owner)).id}`
    expect(await outcomeOf(`GET ${path}`, { token })).toBe('404 not_found')
    expect(await outcomeOf(`DELETE ${path}`, { token })).toBe('404 not_found')
    const body = { ...ADDRESS, isDefault: true }
    expect(await outcomeOf(`PUT ${path}`, { token, body })).toBe('404 not_found')
    expect(await outcomeOf(`PATCH ${path}`, { token, body })).toBe('404 not_found')
    expect(await outcomeOf(`GET ${path}`, { token: owner })).toBe('200')
  })

  it('are 50 at most, also when many are added at once, and are listed in pages', async () => {
    const { accessToken: token } = await signUp()
    const outcomes = await Promise.all(
      Array.from({ length: 55 }, () => outcomeOf(`POST ${PATH}`, { token, body: ADDRESS })),
    )
    expect(outcomes.filter((outcome) => outcome === '201')).toHaveLength(50)
    expect(outcomes.filter((outcome) => outcome === '409 conflict')).toHaveLength(5)
    const ids: string[] = []
    const cursors: (string | null)[] = []
    let query = '?limit=20'
    for (let pages = 0; pages < 3; pages++) {
      const page: Page<AddressView> = await (await call(`GET ${PATH}${query}`, { token })).json()
      ids.push(...page.items.map(({ id }) => id))
      query = `?limit=20&cursor=${page.nextCursor}`
      cursors.push(page.nextCursor)
    }
    expect(cursors.map((cursor) => cursor === null)).toEqual([false, false, true])
    expect(new Set(ids).size).toBe(50)
    expect(ids).toEqual(ids.toSorted().toReversed())
  })
})

describe('roles', () => {
  it('are given by an admin; the new role is in the next token and is said', async () => {
    const { user, refreshToken } = await signUp()
    const staff = await tokenWithRole(user, 'staff')
    expect(await outcomeOf('GET /v1/users', { token: staff })).toBe('200')
    const refreshed = await call('POST /v1/auth/refresh', { body: { refreshToken } })
    expect(await refreshed.json()).toMatchObject({ user: { role: 'staff' } })
    const event = (await eventsOf(user.id)).at(-1)
    expect(EVENTS['user.updated'].parse(event)).toMatchObject({
      aggregateversion: 2,
      data: { role: 'staff' },
    })
  })

  it('are not for customers or staff to give', async () => {
    const { user, accessToken } = await signUp()
    const staff = await tokenWithRole((await signUp()).user, 'staff')
    const route = `PATCH /v1/users/${user.id}`
    const body = { role: 'admin' }
    expect(await outcomeOf(route, { body })).toBe('401 unauthorized')
    expect(await outcomeOf(route, { body, token: accessToken })).toBe('403 forbidden')
    expect(await outcomeOf(route, { body, token: staff })).toBe('403 forbidden')
    const headers = { 'x-user-role': 'admin', 'x-role': 'admin' }
    expect(await outcomeOf(route, { body, token: accessToken, headers })).toBe('403 forbidden')
  })

  it('end with the demotion, not with the token', async () => {
    const { user } = await signUp()
    const second = await tokenWithRole(user, 'admin')
    await tokenWithRole(user, 'customer')
    const other = (await signUp()).user
    const route = `PATCH /v1/users/${other.id}`
    expect(await outcomeOf(route, { token: second, body: { role: 'staff' } })).toBe('403 forbidden')
    expect(await outcomeOf('GET /v1/users', { token: second })).toBe('403 forbidden')
  })

  it('leave an admin: no last one is demoted, deleted, or demotes themselves', async () => {
    const token = await adminToken()
    const me: UserView = await (await call('GET /v1/users/me', { token })).json()
    const demote = { token, body: { role: 'customer' } }
    expect(await outcomeOf(`PATCH /v1/users/${me.id}`, demote)).toBe('409 conflict')
    expect(await outcomeOf('DELETE /v1/users/me', { token })).toBe('409 conflict')
  })

  it('leave an admin when two demote each other at once', async () => {
    const { user } = await signUp()
    const other = await tokenWithRole(user, 'admin')
    const token = await adminToken()
    const me: UserView = await (await call('GET /v1/users/me', { token })).json()
    const body = { role: 'customer' }
    const outcomes = await Promise.all([
      outcomeOf(`PATCH /v1/users/${me.id}`, { token: other, body }),
      outcomeOf(`PATCH /v1/users/${user.id}`, { token, body }),
    ])
    expect(outcomes).toContain('200')
    expect(outcomes.some((outcome) => outcome !== '200')).toBe(true)
    const admins = await env.DB.prepare(`select id from users where role = 'admin'`).all()
    expect(admins.results).toHaveLength(1)
    // The configured admin has the role again for whatever test comes next.
    await env.DB.prepare(`update users set role = 'admin' where id = ?`).bind(me.id).run()
    await env.DB.prepare(`update users set role = 'customer' where id = ?`).bind(user.id).run()
  })

  it('of unknown users are not found, of unknown kinds not valid', async () => {
    const token = await adminToken()
    for (const id of ['usr_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C', 'x', '%00', '..%2Fme', "'%20or%201=1"]) {
      const route = `PATCH /v1/users/${id}`
      expect(await outcomeOf(route, { token, body: { role: 'staff' } })).toBe('404 not_found')
    }
    const { user } = await signUp()
    for (const role of ['root', '', null, 1, ['admin'], undefined]) {
      const request = { token, body: { role } }
      expect(await outcomeOf(`PATCH /v1/users/${user.id}`, request)).toBe('400 validation_failed')
    }
  })
})

describe('the list of users', () => {
  it('comes in pages, newest first, by role and by how the email begins', async () => {
    const prefix = `list-${crypto.randomUUID().slice(0, 8)}`
    const people: string[] = []
    for (const index of [1, 2, 3, 4, 5]) {
      people.unshift((await signUp({ email: `${prefix}.${index}@example.com` })).user.id)
    }
    const token = await adminToken()
    const list = async (query: string): Promise<Page<UserView>> =>
      (await call(`GET /v1/users?${query}`, { token })).json()
    const first = await list(`q=${prefix.toUpperCase()}&limit=2`)
    const second = await list(`q=${prefix}&limit=2&cursor=${first.nextCursor}`)
    const third = await list(`q=${prefix}&limit=2&cursor=${second.nextCursor}`)
    const items = [first, second, third].flatMap((page) => page.items)
    expect(items.map(({ id }) => id)).toEqual(people)
    expect(third.nextCursor).toBeNull()
    for (const item of items) UserView.strict().parse(item)
    expect((await list(`q=${prefix}&role=staff`)).items).toEqual([])
    expect((await list(`q=${prefix}%25`)).items).toEqual([])
    expect((await list('role=admin')).items.map(({ email }) => email)).toEqual(['admin@kiosk.test'])
  })

  it('refuses what it cannot mean', async () => {
    const token = await adminToken()
    const queries = ['limit=0', 'limit=101', 'limit=1.5', 'limit=x', 'cursor=x', 'cursor=W10']
    for (const query of [...queries, 'cursor=WzFd', 'role=root', `q=${'a'.repeat(300)}`]) {
      const outcome = await outcomeOf(`GET /v1/users?${query}`, { token })
      expect([query, outcome]).toEqual([query, '400 validation_failed'])
    }
  })
})
