import { beforeAll, describe, expect, it } from 'vitest'
import { call, outcomeOf, PASSWORD, signUp } from '../../test/client.ts'

const LONG = 'x'.repeat(10_000)
const LONE_SURROGATE = '\ud800'
const INVALID = '400 validation_failed'

const NOT_TEXT: unknown[] = [undefined, null, 1, 1e308, true, [], {}, ['a@example.com'], '']
const NOT_EMAILS = [...NOT_TEXT, LONG, 'x', 'a@', '@b.c', 'a b@c.de', 'a@b\u0000.de', 'ä@b.de']
const NOT_NEW_PASSWORDS = [...NOT_TEXT, 'short', 'x'.repeat(129), LONG]

let token = ''
beforeAll(async () => {
  token = (await signUp()).accessToken
})

describe('every body', () => {
  const ROUTES = [
    'POST /v1/auth/register',
    'POST /v1/auth/login',
    'POST /v1/auth/refresh',
    'POST /v1/auth/logout',
    'POST /v1/auth/password-reset',
    'POST /v1/auth/password-reset/confirm',
    'POST /v1/users/me/password',
    'POST /v1/users/me/addresses',
  ]
  const BODIES = ['', '{', 'null', '[]', '1', '"x"', '{}', '{"__proto__":{"email":"a@b.de"}}', LONG]

  it.each(ROUTES)('of %s that is not what is asked for is 400', async (route) => {
    for (const body of BODIES) {
      expect([body, await outcomeOf(route, { token, body })]).toEqual([body, INVALID])
    }
  })

  it.each(ROUTES)('of %s that is not JSON is 415', async (route) => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/jsonx',
      '',
    ]) {
      const request = { token, body: '{}', headers: { 'content-type': type } }
      expect(await outcomeOf(route, request)).toBe('415 unsupported_media_type')
    }
  })
})

describe('a field that is not valid is 400:', () => {
  const valid = { email: 'a@example.com', password: PASSWORD, name: 'Ada' }

  /** The values of a field that were not refused as invalid, with what happened instead. */
  async function accepted(route: string, body: object, field: string, values: unknown[]) {
    const outcomes = values.map(async (value) => {
      const outcome = await outcomeOf(route, { token, body: { ...body, [field]: value } })
      return { field, value, outcome }
    })
    return (await Promise.all(outcomes)).filter(({ outcome }) => outcome !== INVALID)
  }

  it('register', async () => {
    const route = 'POST /v1/auth/register'
    expect(
      await accepted(route, valid, 'email', [...NOT_EMAILS, `${'a'.repeat(250)}@example.com`]),
    ).toEqual([])
    expect(await accepted(route, valid, 'password', NOT_NEW_PASSWORDS)).toEqual([])
    expect(
      await accepted(route, valid, 'name', [...NOT_TEXT, ' ', '\t\n', 'x'.repeat(201), LONG]),
    ).toEqual([])
    expect(
      await accepted(route, valid, 'locale', [null, 1, '', 'EN', 'english please', 'de_DE', LONG]),
    ).toEqual([])
  })

  it('login and reset', async () => {
    const login = 'POST /v1/auth/login'
    expect(await accepted(login, valid, 'email', NOT_EMAILS)).toEqual([])
    expect(await accepted(login, valid, 'password', [...NOT_TEXT, LONG])).toEqual([])
    expect(await accepted('POST /v1/auth/password-reset', {}, 'email', NOT_EMAILS)).toEqual([])
    const confirm = 'POST /v1/auth/password-reset/confirm'
    expect(await accepted(confirm, { password: PASSWORD }, 'token', [...NOT_TEXT, LONG])).toEqual(
      [],
    )
    expect(await accepted(confirm, { token: 'x' }, 'password', NOT_NEW_PASSWORDS)).toEqual([])
    expect(
      await accepted('POST /v1/auth/refresh', {}, 'refreshToken', [...NOT_TEXT, LONG]),
    ).toEqual([])
    expect(await accepted('POST /v1/auth/logout', {}, 'refreshToken', [...NOT_TEXT, LONG])).toEqual(
      [],
    )
  })

  it('profile and password', async () => {
    const profile = 'PATCH /v1/users/me'
    const given = NOT_TEXT.filter((value) => value !== undefined)
    expect(await accepted(profile, {}, 'name', [...given, ' ', LONG])).toEqual([])
    expect(await accepted(profile, {}, 'locale', [...given, 'EN', LONG])).toEqual([])
    const notPhones = ['030123', '+0123456789', '+49 30 1234', '+4930123456789012', LONG]
    expect(
      await accepted(profile, {}, 'phone', [
        ...given.filter((value) => value !== null),
        ...notPhones,
      ]),
    ).toEqual([])
    const change = { currentPassword: PASSWORD, newPassword: PASSWORD }
    expect(
      await accepted('POST /v1/users/me/password', change, 'newPassword', NOT_NEW_PASSWORDS),
    ).toEqual([])
    expect(
      await accepted('POST /v1/users/me/password', change, 'currentPassword', [...NOT_TEXT, LONG]),
    ).toEqual([])
  })

  it('address', async () => {
    const address = { name: 'A', line1: 'B', city: 'C', postalCode: 'D', country: 'DE' }
    const route = 'POST /v1/users/me/addresses'
    for (const field of ['name', 'line1', 'city', 'postalCode']) {
      expect(await accepted(route, address, field, [...NOT_TEXT, ' ', LONG])).toEqual([])
    }
    expect(
      await accepted(route, address, 'country', [...NOT_TEXT, 'de', 'DEU', 'Germany', LONG]),
    ).toEqual([])
    expect(await accepted(route, address, 'line2', [1, {}, '', LONG])).toEqual([])
    expect(await accepted(route, address, 'isDefault', [null, 'true', 1])).toEqual([])
  })
})

describe('strange but allowed text', () => {
  it.each([
    ['a null byte', 'a\u0000b'],
    ['a lone surrogate', `a${LONE_SURROGATE}b`],
    ['emoji and right-to-left', '👩‍👩‍👧 \u202Eمرحبا'],
    ['SQL', `'); drop table users; --`],
    ['200 astral characters', '𝔸'.repeat(100)],
  ])('%s is kept as a name and as a password', async (_, text) => {
    const { user, accessToken } = await signUp({ name: text })
    expect(user.name).toBe(text)
    const me = await call('GET /v1/users/me', { token: accessToken })
    expect(me.status).toBe(200)
    const newPassword = `${text} password`.slice(0, 128)
    const change = { token: accessToken, body: { currentPassword: PASSWORD, newPassword } }
    expect(await outcomeOf('POST /v1/users/me/password', change)).toBe('204')
    const body = { email: user.email, password: newPassword }
    expect(await outcomeOf('POST /v1/auth/login', { body })).toBe('200')
  })
})

it('names the field that is wrong, and never repeats its value', async () => {
  const secret = 'hunter2'
  const body = { email: 'nobody', password: secret, name: secret.repeat(100) }
  const response = await call('POST /v1/auth/register', { body })
  const text = await response.text()
  expect(text).not.toContain(secret)
  const { errors } = JSON.parse(text) as { errors: { path: string }[] }
  expect(errors.map(({ path }) => path).toSorted()).toEqual(['email', 'name', 'password'])
})

it('answers unknown paths and ids with 404', async () => {
  for (const route of ['GET /v1/users/me/x', 'GET /v1/auth', 'POST /v1/auth/admin']) {
    expect(await outcomeOf(route, { token, ...(route[0] === 'P' ? { body: {} } : {}) })).toBe(
      '404 not_found',
    )
  }
  for (const id of ['x', 'adr_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C', '%00', '%F0%9F%94%91']) {
    expect(await outcomeOf(`GET /v1/users/me/addresses/${id}`, { token })).toBe('404 not_found')
  }
})
