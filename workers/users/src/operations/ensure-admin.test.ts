import { describe, expect, it } from 'vitest'
import { call, env, freshEmail, logIn, PASSWORD, signUp, tokenWithRole } from '../../test/client.ts'
import { createDeps, type Deps } from '../deps.ts'
import { findUserByEmail } from '../store/user-store.ts'
import { ensureAdmin } from './ensure-admin.ts'
import { register } from './register.ts'

function configuredWith(email: string): Deps {
  const deps = createDeps(env)
  const config = { ...deps.config, ADMIN_EMAIL: email, ADMIN_PASSWORD: 'the first password' }
  return { ...deps, config }
}

async function roleOf(email: string) {
  return (await findUserByEmail(createDeps(env).db, email))?.role
}

async function withoutAdmins(work: () => Promise<void>): Promise<void> {
  const { results } = await env.DB.prepare(`select id from users where role = 'admin'`).all()
  await env.DB.exec(`update users set role = 'customer'`)
  await work()
  await env.DB.exec(`update users set role = 'customer'`)
  await env.DB.prepare(
    `update users set role = 'admin' where id in (select value ->> 'id' from json_each(?))`,
  )
    .bind(JSON.stringify(results))
    .run()
}

describe('the admin of the configuration', () => {
  it('is there when the Worker is ready, and can sign in', async () => {
    const response = await call('GET /readyz')
    expect(await response.json()).toEqual({
      status: 'ready',
      checks: { migrated: true, signingKey: true, admin: true },
    })
    const { user } = await logIn('admin@kiosk.test', 'kiosk-dev-password')
    expect(user.role).toBe('admin')
  })

  it('is made once, however many make sure at once', async () => {
    const email = freshEmail()
    await Promise.all(Array.from({ length: 5 }, () => ensureAdmin(configuredWith(email))))
    expect(await roleOf(email)).toBe('admin')
    expect(await logIn(email, 'the first password')).toMatchObject({ user: { role: 'admin' } })
  })

  it('keeps the password of an account that exists, and becomes admin only if there is none', async () => {
    const { user } = await signUp()
    await tokenWithRole((await signUp()).user, 'admin')
    await ensureAdmin(configuredWith(user.email))
    expect(await roleOf(user.email)).toBe('customer')
    await withoutAdmins(async () => {
      await ensureAdmin(configuredWith(user.email))
      expect(await roleOf(user.email)).toBe('admin')
      await logIn(user.email, PASSWORD)
    })
  })

  it('is nobody who registers that address before it was made', async () => {
    const email = freshEmail()
    const eve = { email, password: PASSWORD, name: 'Eve', locale: 'en' }
    await expect(register(configuredWith(email), eve)).rejects.toThrow('exists')
    await logIn(email, 'the first password')
  })

  it('is nobody when nothing is configured', async () => {
    const before = await env.DB.prepare('select count(*) as n from users').first('n')
    await ensureAdmin(configuredWith(''))
    expect(await env.DB.prepare('select count(*) as n from users').first('n')).toBe(before)
  })
})
