import type { EventOf } from '@kiosk/contracts/events'
import { newId } from '@kiosk/kit/ids'
import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import {
  eventOf,
  handle,
  knownUser,
  lettersOf,
  messagesOf,
  orderFacts,
  paymentFacts,
  quietDeps,
  testEnv,
  user,
} from '../../test/fixtures.ts'
import { createDeps } from '../deps.ts'
import worker from '../index.ts'
import { findOverrides } from '../store/template-overrides.ts'

const deps = quietDeps()

const aboutOrders = [
  ['order.placed', 'order_placed'],
  ['order.confirmed', 'order_confirmed'],
  ['order.shipped', 'order_shipped'],
  ['order.delivered', 'order_delivered'],
  ['order.cancelled', 'order_cancelled'],
] as const
const aboutPayments = [
  ['payment.succeeded', 'payment_succeeded'],
  ['payment.failed', 'payment_failed'],
  ['payment.refunded', 'payment_refunded'],
] as const

async function muteEverything(userId: string): Promise<void> {
  await testEnv.DB.prepare('insert into preferences values (?, 0, 0, 0, 0)').bind(userId).run()
}

describe('an event becomes a message', () => {
  it.each(aboutOrders)('%s → %s, to the customer', async (type, template) => {
    const { userId } = await knownUser(deps)
    const event = eventOf(type, orderFacts(userId))
    await handle(deps, event)
    expect(await messagesOf(userId)).toMatchObject([
      {
        id: expect.stringMatching(/^ntf_/),
        event_id: event.id,
        template,
        channel: 'email',
        to_address: 'ada@kiosk.test',
        subject: expect.stringContaining('8Y9Z0-A1B2C'),
        status: 'pending',
        order_id: event.data.orderId,
      },
    ])
  })

  it.each(aboutPayments)('%s → %s, to the customer, with the order’s number', async (...row) => {
    const [type, template] = row
    const { userId } = await knownUser(deps)
    await handle(deps, eventOf(type, paymentFacts(userId)))
    expect(await messagesOf(userId)).toMatchObject([
      { template, subject: expect.stringContaining('7Y8Z9-A0B1C'), status: 'pending' },
    ])
  })

  it('user.registered → welcome, even to people who want nothing', async () => {
    const ada = user()
    await muteEverything(ada.userId)
    await handle(deps, eventOf('user.registered', ada))
    expect(await messagesOf(ada.userId)).toMatchObject([
      { template: 'welcome', status: 'pending', order_id: null },
    ])
  })

  it('user.password_reset_requested → the link, to an account not known yet too', async () => {
    const ada = user()
    const request = { ...ada, token: 'secret-token', expiresAt: '2026-11-20T12:30:00.000Z' }
    await handle(deps, eventOf('user.password_reset_requested', request))
    expect(await messagesOf(ada.userId)).toMatchObject([
      { template: 'password_reset', text: expect.stringContaining('token=secret-token') },
    ])
  })

  it('stock.low → everybody who runs the shop, and nobody else', async () => {
    const staff = await Promise.all(
      (['staff', 'admin', 'staff', 'staff', 'staff', 'staff', 'staff', 'admin'] as const).map(
        (role) => knownUser(deps, { role, phone: '+4930123456' }),
      ),
    )
    const customer = await knownUser(deps)
    const data = { sku: 'TEE', available: 1, lowStockThreshold: 5 }
    await handle(deps, eventOf('stock.low', data))
    for (const { userId } of staff) {
      expect(await messagesOf(userId)).toMatchObject([{ template: 'stock_low', channel: 'email' }])
    }
    expect(await messagesOf(customer.userId)).toEqual([])
  })

  it('with a phone number, also as an SMS', async () => {
    const { userId } = await knownUser(deps, { phone: '+4930123456' })
    await handle(deps, eventOf('order.shipped', orderFacts(userId)))
    expect(await messagesOf(userId)).toMatchObject([
      { channel: 'email' },
      {
        channel: 'sms',
        to_address: '+4930123456',
        subject: null,
        html: null,
        text: expect.stringContaining('JD0123456789'),
      },
    ])
  })

  it('in German for a German reader', async () => {
    const { userId } = await knownUser(deps, { locale: 'de-AT' })
    await handle(deps, eventOf('order.confirmed', orderFacts(userId)))
    expect(await messagesOf(userId)).toMatchObject([
      { subject: 'Ihre Bestellung 8Y9Z0-A1B2C ist bestätigt' },
    ])
  })

  it('with the operator’s texts where there are some', async () => {
    const deps = quietDeps({ findOverrides: findOverrides(testEnv.TEMPLATES, 60_000) })
    const { userId } = await knownUser(deps)
    await testEnv.TEMPLATES.put('order_delivered/en/subject', 'Here it is, {{name}}: {{number}}')
    await handle(deps, eventOf('order.delivered', orderFacts(userId)))
    await testEnv.TEMPLATES.put('order_delivered/en/subject', '{{#broken}}')
    const uncached = quietDeps({ findOverrides: async () => ({ subject: '{{#broken}}' }) })
    await handle(uncached, eventOf('order.delivered', orderFacts(userId)))
    const subjects = (await messagesOf(userId)).map(({ subject }) => subject)
    expect(subjects).toEqual(['Here it is, Ada: 8Y9Z0-A1B2C', 'Your order 8Y9Z0-A1B2C has arrived'])
  })
})

describe('an event twice, late or out of order', () => {
  it('is recorded once', async () => {
    const { userId } = await knownUser(deps, { phone: '+4930123456' })
    const event = eventOf('order.confirmed', orderFacts(userId))
    await Promise.all([handle(deps, event), handle(deps, event)])
    await handle(deps, event)
    expect(await messagesOf(userId)).toHaveLength(2)
  })

  it('says itself that it was heard, if it is for one person; if not, the inbox does', async () => {
    const { userId } = await knownUser(deps, { role: 'staff' })
    const mine = eventOf('order.confirmed', orderFacts(userId))
    const low = eventOf('stock.low', { sku: 'TEE', available: 1, lowStockThreshold: 5 })
    await handle(deps, mine)
    await handle(deps, low)
    const noted = testEnv.DB.prepare('select event_id from inbox where event_id in (?, ?)')
    const { results } = await noted.bind(mine.id, low.id).all()
    expect(results).toEqual([{ event_id: low.id }])
    expect(await messagesOf(userId)).toHaveLength(2)
  })

  it('an older profile does not replace a newer one', async () => {
    const ada = await knownUser(deps)
    await handle(deps, eventOf('user.updated', { ...ada, email: 'new@kiosk.test' }, 3))
    await handle(deps, eventOf('user.updated', { ...ada, email: 'older@kiosk.test' }, 2))
    await handle(deps, eventOf('order.placed', orderFacts(ada.userId)))
    expect(await messagesOf(ada.userId)).toMatchObject([{ to_address: 'new@kiosk.test' }])
  })

  it('a registration that comes after an update welcomes at the newer address', async () => {
    const ada = user()
    await handle(deps, eventOf('user.updated', { ...ada, email: 'new@kiosk.test' }, 2))
    await handle(deps, eventOf('user.registered', ada, 1))
    expect(await messagesOf(ada.userId)).toMatchObject([
      { template: 'welcome', to_address: 'new@kiosk.test' },
    ])
  })
})

describe('the queue', () => {
  const consume = async (event: EventOf<'order.placed'> | EventOf<'user.registered'>) => {
    const message = { id: event.id, timestamp: new Date(), attempts: 1, body: event }
    const batch = createMessageBatch('kiosk-notifications', [message])
    await worker.queue(batch, testEnv)
    return getQueueResult(batch, createExecutionContext())
  }

  it('retries what concerns a person not known yet, and then delivers it', async () => {
    const ada = user()
    const event = eventOf('order.placed', orderFacts(ada.userId))
    expect(await consume(event)).toMatchObject({
      explicitAcks: [],
      retryMessages: [{ msgId: event.id }],
    })
    expect(await messagesOf(ada.userId)).toEqual([])
    await consume(eventOf('user.registered', ada))
    expect(await consume(event)).toMatchObject({ explicitAcks: [event.id], retryMessages: [] })
    expect((await messagesOf(ada.userId)).map(({ template }) => template).toSorted()).toEqual([
      'order_placed',
      'welcome',
    ])
  })

  it('has a message handed over right away, once', async () => {
    const ada = user()
    const event = eventOf('user.registered', ada)
    await Promise.all([consume(event), consume(event)])
    const [message] = await messagesOf(ada.userId)
    expect(message).toMatchObject({ status: 'sent', attempts: 1 })
    expect(await lettersOf(message?.id ?? '')).toMatchObject([{ text: message?.text }])
  })
})

describe('a deleted user', () => {
  it('leaves no personal data, and what waits is not sent', async () => {
    const ada = await knownUser(deps, { phone: '+4930123456', name: 'Ada Lovelace' })
    await handle(deps, eventOf('order.placed', orderFacts(ada.userId)))
    await handle(deps, eventOf('user.deleted', { userId: ada.userId }, 2))
    for (const message of await messagesOf(ada.userId)) {
      expect(message).toMatchObject({
        to_address: '',
        subject: null,
        text: '',
        html: null,
        status: 'suppressed',
      })
    }
    const contact = await testEnv.DB.prepare('select * from contacts where user_id = ?')
      .bind(ada.userId)
      .first()
    expect(contact).toMatchObject({
      email: null,
      phone: null,
      name: null,
      locale: null,
      role: null,
    })
  })

  it('leaves nothing in the mailbox either', async () => {
    const ada = user()
    await handle(createDeps(testEnv), eventOf('user.registered', ada))
    const [message] = await messagesOf(ada.userId)
    expect(await lettersOf(message?.id ?? '')).toHaveLength(1)
    await handle(deps, eventOf('user.deleted', { userId: ada.userId }, 2))
    expect(await lettersOf(message?.id ?? '')).toEqual([])
    expect(await messagesOf(ada.userId)).toMatchObject([{ status: 'sent', text: '' }])
  })

  it('stays deleted when older and newer events arrive', async () => {
    const ada = user()
    await handle(deps, eventOf('user.deleted', { userId: ada.userId }, 5))
    await handle(deps, eventOf('user.registered', ada, 1))
    await handle(deps, eventOf('user.updated', ada, 9))
    await handle(deps, eventOf('order.shipped', orderFacts(ada.userId)))
    const request = { ...ada, token: 't', expiresAt: '2026-11-20T12:30:00.000Z' }
    await handle(deps, eventOf('user.password_reset_requested', request, 4))
    expect(await messagesOf(ada.userId)).toEqual([])
  })

  it('is not written to by a handler that read them just before', async () => {
    const ada = await knownUser(deps)
    let races = 0
    const racing = quietDeps({
      findOverrides: async () => {
        races++
        await handle(deps, eventOf('user.deleted', { userId: ada.userId }, 2))
        return {}
      },
    })
    await handle(racing, eventOf('order.placed', orderFacts(ada.userId)))
    expect(races).toBe(1)
    expect(await messagesOf(ada.userId)).toEqual([])
  })
})

describe('preferences', () => {
  it('a muted message is kept as suppressed; the others go out', async () => {
    const { userId } = await knownUser(deps, { phone: '+4930123456' })
    await testEnv.DB.prepare('insert into preferences values (?, 0, 1, 1, 0)').bind(userId).run()
    await handle(deps, eventOf('order.placed', orderFacts(userId)))
    expect(await messagesOf(userId)).toMatchObject([
      { channel: 'email', status: 'suppressed' },
      { channel: 'sms', status: 'pending' },
    ])
    await handle(deps, eventOf('payment.succeeded', paymentFacts(userId)))
    const payments = (await messagesOf(userId)).filter(
      ({ template }) => template === 'payment_succeeded',
    )
    expect(payments).toMatchObject([
      { channel: 'email', status: 'pending' },
      { channel: 'sms', status: 'suppressed' },
    ])
  })
})

it('hostile text cannot leave the line, the element or the header it is in', async () => {
  const name = `<img src=x onerror=alert(1)>\r\nBcc: all@kiosk.test ${'x'.repeat(10_000)}\0\ud800`
  const { userId } = await knownUser(deps, { name, locale: 'zz-"<>' })
  const order = { ...orderFacts(userId), number: `<b>\r\nBcc: ${newId('order')}` }
  await handle(deps, eventOf('order.placed', order))
  const [message] = await messagesOf(userId)
  expect(message?.html).not.toContain('<img')
  expect(message?.subject).not.toMatch(/[\r\n]/)
  expect(message?.text.length).toBeLessThan(5_000)
})
