import { describe, expect, it } from 'vitest'
import { hashOfNobody, hashPassword, needsRehash, verifyPassword } from './password-hash.ts'

const REAL_COST = 2 ** 15

describe('a password hash', () => {
  it('is made at the recommended cost within what the platform allows', async () => {
    const hash = await hashPassword('a password', REAL_COST)
    expect(hash).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[\w-]{22}\$[\w-]{43}$/)
    expect(await verifyPassword('a password', hash)).toBe(true)
    expect(await verifyPassword('A password', hash)).toBe(false)
    expect(needsRehash(hash, REAL_COST)).toBe(false)
  })

  it('differs every time', async () => {
    expect(await hashPassword('same', 2)).not.toBe(await hashPassword('same', 2))
  })

  it('is verified with the parameters it was made with', async () => {
    const hash = await hashPassword('a password', 8)
    expect(await verifyPassword('a password', hash)).toBe(true)
    expect(needsRehash(hash, 16)).toBe(true)
    expect(needsRehash(hash.replace('p=3', 'p=1'), 8)).toBe(true)
  })

  it('of nobody is no password, and as much work as a real one', async () => {
    const hash = hashOfNobody(16)
    expect(needsRehash(hash, 16)).toBe(false)
    expect(await verifyPassword('', hash)).toBe(false)
  })

  it('that is malformed is a bug, not a wrong password', async () => {
    await expect(verifyPassword('x', '$argon2id$v=19$x')).rejects.toThrow('malformed')
  })
})
