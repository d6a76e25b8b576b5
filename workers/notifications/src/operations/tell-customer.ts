import type { EventData, EventOf, HeardBy } from '@kiosk/contracts/events'
import { NotYet } from '@kiosk/kit/consumer'
import type { Deps } from '../deps.ts'
import { findRecipient } from '../store/contacts.ts'
import type { Template } from '../templates/template.ts'
import { notify } from './notify.ts'

type AboutCustomer = {
  [T in HeardBy<'notifications'>]: EventData<T> extends { customerId: string } ? T : never
}[HeardBy<'notifications'>]

/**
 * Tells a customer what happened to their order or payment.
 * @throws NotYet when the customer is not known yet: `user.registered` travels on its own.
 */
export function tellCustomer<T extends AboutCustomer>(
  deps: Deps,
  event: EventOf<T>,
  template: Template<EventData<T>>,
): Promise<void> {
  const { customerId } = event.data
  return notify(deps, event, template, async () => {
    const found = await findRecipient(deps.db, customerId)
    switch (found.kind) {
      case 'known':
        return [found.recipient]
      case 'deleted':
        return []
      case 'unknown':
        throw new NotYet(`${customerId} is not known yet`)
    }
  })
}
