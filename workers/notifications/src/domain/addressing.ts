import { CHANNELS, type Channel, type Preferences } from '@kiosk/contracts/http/notifications'
import type { Contact } from './contact.ts'

/** What a message is about; people mute `orders` and `payments`, never what concerns their account. */
export type Topic = 'orders' | 'payments' | 'account' | 'staff'

export const PREFERENCES_DEFAULT: Preferences = {
  email: { orders: true, payments: true },
  sms: { orders: true, payments: true },
}

/** One way a message goes to a person, or would go, were it not muted. */
export interface Address {
  readonly channel: Channel
  readonly to: string
  readonly isMuted: boolean
}

/** Where a message goes: by each channel that it is written for and that reaches the person. */
export function addressesOf(
  contact: Contact,
  preferences: Preferences,
  message: { readonly topic: Topic; readonly channels: readonly Channel[] },
): Address[] {
  const reach = { email: contact.email, sms: contact.phone }
  return CHANNELS.flatMap((channel) => {
    const to = reach[channel]
    if (to === null || !message.channels.includes(channel)) return []
    return { channel, to, isMuted: isMuted(preferences, channel, message.topic) }
  })
}

function isMuted(preferences: Preferences, channel: Channel, topic: Topic): boolean {
  return (topic === 'orders' || topic === 'payments') && !preferences[channel][topic]
}
