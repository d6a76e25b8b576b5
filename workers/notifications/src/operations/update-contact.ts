import type { EventOf } from '@kiosk/contracts/events'
import { received } from '@kiosk/kit/commit'
import { forgetLettersOf } from '@kiosk/kit/dead-letters'
import type { Deps } from '../deps.ts'
import { forgetContact, rememberContact } from '../store/contacts.ts'
import { toContact } from './welcome-user.ts'

/** Follows a changed profile or role, unless something newer is known. */
export async function updateContact(deps: Deps, event: EventOf<'user.updated'>): Promise<void> {
  const { db, commit } = deps
  const contact = toContact(event.data)
  await commit([received(db, event), rememberContact(db, contact, event.aggregateversion)])
}

/** Forgets a deleted user for good. */
export async function forgetUser(deps: Deps, event: EventOf<'user.deleted'>): Promise<void> {
  const { db, commit, now } = deps
  const { userId } = event.data
  await commit([
    received(db, event),
    ...forgetContact(db, userId, event.aggregateversion, now()),
    forgetLettersOf(db, userId),
  ])
}
