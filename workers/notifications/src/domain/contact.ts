import type { Role } from '@kiosk/contracts/primitives/role'

/** A person whom messages can reach. */
export interface Contact {
  readonly userId: string
  readonly email: string
  readonly phone: string | null
  readonly name: string
  readonly locale: string
  readonly role: Role
}
