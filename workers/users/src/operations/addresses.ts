import type { AddressChanges, AddressInput } from '@kiosk/contracts/http/users-addresses'
import { guard, type Statement } from '@kiosk/kit/commit'
import { cutPage, decodeCursor } from '@kiosk/kit/cursor'
import { newId } from '@kiosk/kit/ids'
import { ProblemError } from '@kiosk/kit/problem'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import * as store from '../store/address-store.ts'
import { currentUser } from './current-user.ts'

const ADDRESSES_MAX = 50

const Position = z.tuple([z.string().max(100)])

/** The addresses of an account, newest first. */
export async function listAddresses(
  deps: Deps,
  userId: string,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ rows: store.AddressRow[]; nextCursor: string | null }> {
  const before = decodeCursor(cursor, Position)?.[0]
  await currentUser(deps, userId)
  const rows = await store.listAddresses(deps.db, userId, before, limit + 1)
  return cutPage(rows, limit, (address) => [address.id])
}

/** @throws ProblemError not_found */
export async function getAddress(
  deps: Deps,
  userId: string,
  id: string,
): Promise<store.AddressRow> {
  await currentUser(deps, userId)
  const address = await store.findAddress(deps.db, userId, id)
  if (address === undefined) throw new ProblemError('not_found')
  return address
}

/** @throws ProblemError conflict when the account has as many as it may. */
export async function createAddress(
  deps: Deps,
  userId: string,
  input: AddressInput,
): Promise<store.AddressRow> {
  await currentUser(deps, userId)
  const now = deps.now()
  const address = {
    ...complete(input),
    id: newId('address'),
    userId,
    createdAt: now,
    updatedAt: now,
  }
  const outcome = await deps.commit([
    ...makeRoom(deps, address),
    store.insertAddress(deps.db, address, ADDRESSES_MAX),
    guard(deps.db),
  ])
  if (outcome !== 'committed') {
    throw new ProblemError('conflict', `An account keeps at most ${ADDRESSES_MAX} addresses`)
  }
  return address
}

/** Replaces an address: what the input does not name is gone. */
export function replaceAddress(
  deps: Deps,
  userId: string,
  id: string,
  input: AddressInput,
): Promise<store.AddressRow> {
  return changeAddress(deps, userId, id, complete(input))
}

/** Changes what the input names. @throws ProblemError not_found */
export async function changeAddress(
  deps: Deps,
  userId: string,
  id: string,
  changes: AddressChanges,
): Promise<store.AddressRow> {
  const address = await getAddress(deps, userId, id)
  if (Object.keys(changes).length === 0) return address
  const updatedAt = deps.now()
  const outcome = await deps.commit([
    ...makeRoom(deps, { id, userId, isDefault: changes.isDefault }),
    store.updateAddress(deps.db, userId, id, { ...changes, updatedAt }),
    guard(deps.db),
  ])
  if (outcome !== 'committed') throw new ProblemError('not_found')
  return { ...address, ...changes, updatedAt }
}

/** @throws ProblemError not_found */
export async function deleteAddress(deps: Deps, userId: string, id: string): Promise<void> {
  await currentUser(deps, userId)
  if (!(await store.deleteAddress(deps.db, userId, id))) throw new ProblemError('not_found')
}

/** An account has one default address: the mark moves. */
function makeRoom(
  deps: Deps,
  address: {
    readonly id: string
    readonly userId: string
    readonly isDefault?: boolean | undefined
  },
): Statement[] {
  return address.isDefault === true ? [store.clearDefault(deps.db, address.userId, address.id)] : []
}

function complete(input: AddressInput) {
  return { ...input, line2: input.line2 ?? null, region: input.region ?? null }
}
