import type { EventData, EventOf } from '@kiosk/contracts/events'
import type { Deps } from '../deps.ts'
import type { Contact } from '../domain/contact.ts'
import { findRecipient, rememberContact } from '../store/contacts.ts'
import { welcome } from '../templates/welcome.ts'
import { notify } from './notify.ts'

/** Gets to know a new user, and welcomes them. */
export async function welcomeUser(deps: Deps, event: EventOf<'user.registered'>): Promise<void> {
  // By itself, as it may happen any number of times: what is newer wins.
  await deps.commit([rememberContact(deps.db, toContact(event.data), event.aggregateversion)])
  await notify(deps, event, welcome, async () => {
    const found = await findRecipient(deps.db, event.data.userId)
    return found.kind === 'known' ? [found.recipient] : []
  })
}

/** The person that a user event tells of. */
export function toContact(user: EventData<'user.updated'>): Contact {
  const { userId, email, phone = null, name, locale, role } = user
  return { userId, email, phone, name, locale, role }
}
