import { describe, expect, it } from 'vitest'
import { changeProfile, changeRole, mayCeaseToBeAdmin, openAccount, type User } from './user.ts'

const user: User = openAccount(
  { id: 'usr_1', email: 'a@example.com', name: 'Ada', locale: 'en', role: 'customer' },
  1,
)
const admin: User = { ...user, role: 'admin' }

describe('changeProfile', () => {
  it('leaves alone what is not named, and clears the phone with null', () => {
    const changed = changeProfile(user, { phone: '+4930123456' }, 2)
    expect(changed).toEqual({ ...user, phone: '+4930123456', version: 2, updatedAt: 2 })
    expect(changeProfile(changed, { phone: null }, 3)).toMatchObject({ phone: null, version: 3 })
  })

  it('gives back the very same user when nothing differs', () => {
    expect(changeProfile(user, {}, 2)).toBe(user)
    expect(changeProfile(user, { name: 'Ada', phone: null, locale: 'en' }, 2)).toBe(user)
  })
})

describe('changeRole', () => {
  it.each([
    { of: user, to: 'staff', actorId: 'usr_2', otherAdmins: 1, is: 'staff' },
    { of: user, to: 'admin', actorId: 'usr_2', otherAdmins: 1, is: 'admin' },
    { of: admin, to: 'customer', actorId: 'usr_2', otherAdmins: 1, is: 'customer' },
    { of: admin, to: 'customer', actorId: 'usr_2', otherAdmins: 0, is: 'last_admin' },
    { of: admin, to: 'staff', actorId: 'usr_1', otherAdmins: 5, is: 'own_role' },
    { of: admin, to: 'admin', actorId: 'usr_1', otherAdmins: 0, is: 'admin' },
  ] as const)('$of.role to $to with $otherAdmins other admins: $is', (row) => {
    const changed = changeRole(row.of, row.to, row, 2)
    expect(changed.ok ? changed.value.role : changed.refusal.code).toBe(row.is)
  })

  it('raises the version, except when nothing changes', () => {
    const by = { actorId: 'usr_2', otherAdmins: 1 }
    expect(changeRole(user, 'staff', by, 2)).toMatchObject({ value: { version: 2, updatedAt: 2 } })
    expect(changeRole(user, 'customer', by, 2)).toEqual({ ok: true, value: user })
  })
})

it('only the last admin has to stay', () => {
  expect(mayCeaseToBeAdmin(user, 0)).toBe(true)
  expect(mayCeaseToBeAdmin(admin, 1)).toBe(true)
  expect(mayCeaseToBeAdmin(admin, 0)).toBe(false)
})
