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
 * Tells people of an event: records their messages, once, and has them handed over. What is about one person is
 * handed over at once, and its record says that the event took effect; what is for many, by the dispatcher.
 * `find` says whom, and is asked again if one of them was deleted meanwhile.
 */
export async function notify<T extends Heard>(
  deps: Deps,
  event: EventOf<T>,
  template: Template<EventData<T>>,
  find: () => Promise<Recipient[]>,
): Promise<void> {
  const { db, commit, dispatcher } = deps
  await dispatcher.awake()
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const recipients = await find()
    const perPerson = await Promise.all(
      recipients.map((recipient) => messagesTo(deps, event, template, recipient)),
    )
    const messages = perPerson.flat()
    const person = messages.length === 0 ? null : personIn(event.data)
    const dueAt = person === null ? deps.now() : null
    const outcome = await commit([
      ...(person === null ? [received(db, event)] : []),
      guardNotDeleted(
        db,
        recipients.map(({ contact }) => contact.userId),
      ),
      ...insertMessages(
        db,
        messages.map((message) => ({ ...message, ...whenPending(message, dueAt) })),
      ),
    ])
    if (outcome === 'stale') continue
    if (person !== null) return deps.handOver(event.id, person)
    if (outcome === 'committed') dispatcher.nudge()
    return
  }
  throw new Error('its recipients kept changing')
}

/** Whom an event is about, if it is about one of those who hear of it. */
function personIn(data: EventData<Heard>): string | null {
  if ('customerId' in data) return data.customerId
  return 'userId' in data ? data.userId : null
}

function whenPending({ status }: NewMessage, dueAt: number | null) {
  return status === 'pending' ? { dueAt } : {}
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
