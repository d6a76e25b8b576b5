import { ID_PREFIXES, type IdKind } from '@kiosk/contracts/primitives/id'
import { ulid } from 'ulid'

/** A fresh id: the kind's prefix and a ULID. */
export function newId(kind: IdKind): string {
  return `${ID_PREFIXES[kind]}_${ulid()}`
}
