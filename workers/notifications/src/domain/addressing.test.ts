import { expect, it } from 'vitest'
import { addressesOf, PREFERENCES_DEFAULT, type Topic } from './addressing.ts'
import type { Contact } from './contact.ts'

const contact: Contact = {
  userId: 'usr_1',
  email: 'ada@kiosk.test',
  phone: '+4930123456',
  name: 'Ada',
  locale: 'en',
  role: 'customer',
}
const quiet = {
  email: { orders: false, payments: false },
  sms: { orders: false, payments: false },
}
const both = ['email', 'sms'] as const

it('reaches a person by every channel there is an address for', () => {
  const message = { topic: 'orders', channels: both } as const
  expect(addressesOf(contact, PREFERENCES_DEFAULT, message)).toEqual([
    { channel: 'email', to: 'ada@kiosk.test', isMuted: false },
    { channel: 'sms', to: '+4930123456', isMuted: false },
  ])
  const withoutPhone = { ...contact, phone: null }
  expect(addressesOf(withoutPhone, PREFERENCES_DEFAULT, message)).toHaveLength(1)
})

it('leaves out a channel that the message is not written for', () => {
  const message = { topic: 'staff', channels: ['email'] } as const
  expect(addressesOf(contact, PREFERENCES_DEFAULT, message)).toMatchObject([{ channel: 'email' }])
})

it.each<[Topic, boolean]>([
  ['orders', true],
  ['payments', true],
  ['account', false],
  ['staff', false],
])('a person who wants nothing has %s muted: %s', (topic, isMuted) => {
  const addresses = addressesOf(contact, quiet, { topic, channels: both })
  expect(addresses.map((address) => address.isMuted)).toEqual([isMuted, isMuted])
})

it('mutes one topic on one channel only', () => {
  const preferences = { ...PREFERENCES_DEFAULT, sms: { orders: false, payments: true } }
  const muted = (topic: Topic) =>
    addressesOf(contact, preferences, { topic, channels: both }).map(({ isMuted }) => isMuted)
  expect(muted('orders')).toEqual([false, true])
  expect(muted('payments')).toEqual([false, false])
})
