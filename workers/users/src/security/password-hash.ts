import { scrypt, timingSafeEqual } from 'node:crypto'
import { base64url } from 'jose'

/** How much work a hash is: N of scrypt. r and p are fixed (OWASP: N=2^15, r=8, p=3). */
export type ScryptCost = number

const BLOCK_SIZE = 8
const PARALLELISM = 3
const SALT_BYTES = 16
const HASH_BYTES = 32

interface Stored {
  readonly cost: ScryptCost
  readonly blockSize: number
  readonly parallelism: number
  readonly salt: Uint8Array
  readonly hash: Uint8Array
}

const STORED = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w-]+)\$([\w-]+)$/

/** A password as it is stored: parameters, salt and hash, so that the cost can be raised later. */
export async function hashPassword(password: string, cost: ScryptCost): Promise<string> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES))
  const parameters = { cost, blockSize: BLOCK_SIZE, parallelism: PARALLELISM }
  const hash = await derive(password, { ...parameters, salt })
  return format({ ...parameters, salt, hash })
}

/** Whether this is the password, in a time that does not tell how nearly. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const expected = parse(stored)
  return timingSafeEqual(await derive(password, expected), expected.hash)
}

/** Whether a hash was made with other parameters than today's. */
export function needsRehash(stored: string, cost: ScryptCost): boolean {
  const { cost: then, blockSize, parallelism } = parse(stored)
  return then !== cost || blockSize !== BLOCK_SIZE || parallelism !== PARALLELISM
}

/**
 * A hash that no password has, to compare with where there is no account: an unknown email then takes as
 * long as a known one.
 */
export function hashOfNobody(cost: ScryptCost): string {
  const salt = new Uint8Array(SALT_BYTES)
  const hash = new Uint8Array(HASH_BYTES)
  return format({ cost, blockSize: BLOCK_SIZE, parallelism: PARALLELISM, salt, hash })
}

function format({ cost, blockSize, parallelism, salt, hash }: Stored): string {
  const parameters = `ln=${Math.log2(cost)},r=${blockSize},p=${parallelism}`
  return `$scrypt$${parameters}$${base64url.encode(salt)}$${base64url.encode(hash)}`
}

function parse(stored: string): Stored {
  const [, ln, r, p, salt, hash] = STORED.exec(stored) ?? []
  if (salt === undefined || hash === undefined)
    throw new Error('a stored password hash is malformed')
  return {
    cost: 2 ** Number(ln),
    blockSize: Number(r),
    parallelism: Number(p),
    salt: base64url.decode(salt),
    hash: base64url.decode(hash),
  }
}

function derive(password: string, stored: Omit<Stored, 'hash'>): Promise<Buffer> {
  const { cost: N, blockSize: r, parallelism: p, salt } = stored
  // Twice what the algorithm needs: node's default limit is just short of it.
  const maxmem = 2 * 128 * r * (N + p)
  // The same password may be typed composed on one keyboard and decomposed on another.
  const normal = password.normalize('NFKC')
  return new Promise((resolve, reject) => {
    scrypt(normal, salt, HASH_BYTES, { N, r, p, maxmem }, (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
  })
}
