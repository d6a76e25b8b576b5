import type { EventOf } from '@kiosk/contracts/events'
import type { Deps } from '../deps.ts'
import { PREFERENCES_DEFAULT } from '../domain/addressing.ts'
import { findRecipient } from '../store/contacts.ts'
import { passwordReset } from '../templates/password-reset.ts'
import { notify } from './notify.ts'
import { toContact } from './welcome-user.ts'

/** Sends the link that sets a new password, to the address as it was when it was asked for. */
export async function sendPasswordReset(
  deps: Deps,
  event: EventOf<'user.password_reset_requested'>,
): Promise<void> {
  await notify(deps, event, passwordReset, async () => {
    const found = await findRecipient(deps.db, event.data.userId)
    if (found.kind === 'deleted') return []
    return [{ contact: toContact(event.data), preferences: PREFERENCES_DEFAULT }]
  })
}
