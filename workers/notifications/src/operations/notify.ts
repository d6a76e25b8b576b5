import type { EventData, HeardBy, EventOf } from '@kiosk/contracts/events'
import type { Channel } from '@kiosk/contracts/http/notifications'
import { received } from '@kiosk/kit/commit'
import { newId } from '@kiosk/kit/ids'
import { describeError, log } from '@kiosk/kit/log'
import type { Deps } from '../deps.ts'
import { addressesOf } from '../domain/addressing.ts'
import { readingOf } from '../domain/language.ts'
import { guardNotDeleted, type Recipient } from '../store/contacts.ts'
import { insertMessages, type NewMessage } from '../store/messages.ts'
import { type Rendered, render } from '../templates/render.ts'
import type { Template } from '../templates/template.ts'

type Heard = HeardBy<'notifications'>

const ATTEMPTS_MAX = 3

/**
 * Tells people of an event: records their messages together with the event, once, then has them handed
 * over. `find` says whom, and is asked again if one of them was deleted meanwhile.
 */
export async function notify<T extends Heard>(
  deps: Deps,
  event: EventOf<T>,
  template: Template<EventData<T>>,
  find: () => Promise<Recipient[]>,
): Promise<void> {
  const { db, commit, dispatcher } = deps
  await dispatcher.arm()
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const recipients = await find()
    const perPerson = await Promise.all(
      recipients.map((recipient) => messagesTo(deps, event, template, recipient)),
    )
    const outcome = await commit([
      received(db, event),
      guardNotDeleted(
        db,
        recipients.map(({ contact }) => contact.userId),
      ),
      ...insertMessages(db, perPerson.flat()),
    ])
    if (outcome === 'committed') dispatcher.nudge()
    if (outcome !== 'stale') return
  }
  throw new Error('its recipients kept changing')
}

async function messagesTo<T extends Heard>(
  deps: Deps,
  event: EventOf<T>,
  template: Template<EventData<T>>,
  { contact, preferences }: Recipient,
): Promise<NewMessage[]> {
  const data = event.data as EventData<T>
  const rendered = await renderFor(deps, template, data, contact)
  const channels: Channel[] = rendered.sms === null ? ['email'] : ['email', 'sms']
  const addresses = addressesOf(contact, preferences, { topic: template.topic, channels })
  const now = deps.now()
  return addresses.map(({ channel, to, isMuted }) => ({
    id: newId('notification'),
    eventId: event.id,
    template: template.name,
    channel,
    recipient: contact.userId,
    toAddress: to,
    ...contentFor(channel, rendered),
    status: isMuted ? 'suppressed' : 'pending',
    orderId: 'orderId' in data ? data.orderId : null,
    dueAt: now,
    createdAt: now,
  }))
}

function contentFor(channel: Channel, { subject, text, html, sms }: Rendered) {
  return channel === 'email'
    ? { subject, text, html }
    : { subject: null, text: sms ?? '', html: null }
}

/** With the operator's texts where there are some; if those are broken or out of reach, with ours. */
async function renderFor<Data>(
  { config, findOverrides }: Deps,
  template: Template<Data>,
  data: Data,
  reader: { readonly name: string; readonly locale: string },
): Promise<Rendered> {
  const shop = { name: config.SHOP_NAME, storefrontUrl: config.STOREFRONT_URL }
  const { language } = readingOf(reader.locale)
  try {
    const overrides = await findOverrides(template.name, language)
    return render(template, data, reader, shop, overrides)
  } catch (error) {
    const facts = { template: template.name, language, error: describeError(error) }
    log('error', 'template override not used', facts)
    return render(template, data, reader, shop)
  }
}
