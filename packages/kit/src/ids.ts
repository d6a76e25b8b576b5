import { ID_PREFIXES, type IdKind } from '@kiosk/contracts/primitives/id'
import { encodeTime, ulid } from 'ulid'

/** A fresh id: the kind's prefix and a ULID. */
export function newId(kind: IdKind): string {
  return `${ID_PREFIXES[kind]}_${ulid()}`
}

/**
 * The least id that a thing made at a time (epoch ms) can have. Ids start with their time, so "since" and
 * "older than" need no index of their own.
 */
export function idFloor(kind: IdKind, epochMs: number): string {
  return `${ID_PREFIXES[kind]}_${encodeTime(Math.max(0, epochMs), 10)}${'0'.repeat(16)}`
}
