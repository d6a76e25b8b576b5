import type { AddressView } from '@kiosk/contracts/http/users-addresses'
import type { SessionView } from '@kiosk/contracts/http/users-auth'
import type { UserView } from '@kiosk/contracts/http/users-view'
import { toInstant } from '@kiosk/contracts/primitives/time'
import type { User } from '../domain/user.ts'
import type { SignedIn } from '../operations/session-tokens.ts'
import type { AddressRow } from '../store/address-store.ts'

export function userView(user: User): UserView {
  const { id, email, name, phone, locale, role } = user
  return {
    id,
    email,
    name,
    ...(phone === null ? {} : { phone }),
    locale,
    role,
    createdAt: toInstant(user.createdAt),
    updatedAt: toInstant(user.updatedAt),
  }
}

export function sessionView(signedIn: SignedIn): SessionView {
  return {
    user: userView(signedIn.user),
    accessToken: signedIn.accessToken,
    refreshToken: signedIn.refreshToken,
    expiresIn: signedIn.expiresInSeconds,
  }
}

export function addressView(address: AddressRow): AddressView {
  const { id, name, line1, line2, city, region, postalCode, country, isDefault } = address
  return {
    id,
    name,
    line1,
    ...(line2 === null ? {} : { line2 }),
    city,
    ...(region === null ? {} : { region }),
    postalCode,
    country,
    isDefault,
    createdAt: toInstant(address.createdAt),
    updatedAt: toInstant(address.updatedAt),
  }
}
