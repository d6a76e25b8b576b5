import type { EventData, EventOf } from '@kiosk/contracts/events'
import { newEvent } from '@kiosk/kit/events'
import type { User } from '../domain/user.ts'

/** What others are told of a user. */
export function userFacts(user: User): EventData<'user.registered'> {
  const { id, email, name, phone, locale, role } = user
  return { userId: id, email, name, locale, role, ...(phone === null ? {} : { phone }) }
}

export function userRegistered(user: User): EventOf<'user.registered'> {
  return newEvent('user.registered', {
    subject: user.id,
    aggregateversion: user.version,
    data: userFacts(user),
  })
}

export function userUpdated(user: User): EventOf<'user.updated'> {
  return newEvent('user.updated', {
    subject: user.id,
    aggregateversion: user.version,
    data: userFacts(user),
  })
}
