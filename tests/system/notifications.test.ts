import type { NotificationView, Preferences } from '@kiosk/contracts/http/notifications'
import { beforeAll, describe, expect, it } from 'vitest'
import { eventually, startSystem } from './harness.ts'
import { bought, pay, type Person, placed, Shop } from './shop.ts'

let shop: Shop

beforeAll(async () => {
  shop = await Shop.open(await startSystem())
})

const LOUD: Preferences = {
  email: { orders: true, payments: true },
  sms: { orders: true, payments: true },
}

async function messages(person: Person, query = ''): Promise<NotificationView[]> {
  const path = `/v1/notifications?limit=100${query}`
  const { status, body } = await person.call<{ items: NotificationView[] }>(path)
  expect(status).toBe(200)
  return body.items
}

/** Waits until somebody has been sent certain messages, and returns all that they have. */
function arrive(person: Person, channel: string, ...templates: string[]) {
  return eventually(
    async () => {
      const all = await messages(person)
      const sent = all.filter((one) => one.channel === channel && one.status === 'sent')
      expect(sent.map(({ template }) => template)).toEqual(expect.arrayContaining(templates))
      return all
    },
    { timeoutMs: 60_000 },
  )
}

function find(all: NotificationView[], channel: string, template: string): NotificationView {
  const found = all.filter((one) => one.channel === channel && one.template === template)
  expect(found).toHaveLength(1)
  return found[0] as NotificationView
}

async function prefer(person: Person, body: Preferences): Promise<void> {
  const answer = await person.call('/v1/notifications/preferences', { method: 'PUT', body })
  expect(answer).toMatchObject({ status: 200, body })
}

describe.concurrent('mail', () => {
  it('is text and HTML, says what it is about, is sent, and is no SMS without a phone number', async () => {
    const ada = await shop.customer({ name: 'Ada <b>Lovelace</b>' })
    const sku = await shop.sku(5, { name: 'Lamp & "shade"' })
    const { order } = await bought(ada, sku, 2)
    const all = await arrive(ada, 'email', 'welcome', 'payment_succeeded', 'order_confirmed')
    expect(all.filter(({ channel }) => channel === 'sms')).toEqual([])
    const mail = find(all, 'email', 'order_confirmed')
    expect(mail).toMatchObject({
      id: expect.stringMatching(/^ntf_[0-9A-HJKMNP-TV-Z]{26}$/),
      to: ada.email,
      subject: expect.stringContaining(order.number),
      status: 'sent',
      orderId: order.id,
    })
    expect(mail.text).toContain('Ada <b>Lovelace</b>')
    expect(mail.text).toContain('Lamp & "shade"')
    expect(mail.text).toContain('$39.98')
    expect(mail.html).toMatch(/^<!doctype html>/i)
    expect(mail.html).toContain('Ada &lt;b&gt;Lovelace')
    expect(mail.html).toContain('$39.98')
    expect(mail.html).not.toContain('<b>Lovelace')
  })

  it('confirms an order once, and is listed newest first, by order too', async () => {
    const ada = await shop.customer()
    const sku = await shop.sku(5)
    const { order } = await bought(ada, sku)
    const { id: other } = await placed(ada, sku)
    await ada.call(`/v1/orders/${other}/cancel`, { body: { reason: 'changed my mind' } })
    await shop.ship(order.id)
    const all = await arrive(ada, 'email', 'order_confirmed', 'order_shipped', 'order_cancelled')
    find(all, 'email', 'order_confirmed')
    const times = all.map(({ createdAt }) => createdAt)
    expect(times).toEqual(times.toSorted().toReversed())
    const about = await messages(ada, `&orderId=${order.id}`)
    expect(about.length).toBeGreaterThanOrEqual(4)
    expect(new Set(about.map(({ orderId }) => orderId))).toEqual(new Set([order.id]))
    const shipped = find(about, 'email', 'order_shipped')
    expect(shipped.text).toContain('JD0140')
    expect(shipped.text).toContain('DHL')
  })

  it('is walked page by page, each message once', async () => {
    const ada = await shop.customer()
    await bought(ada, await shop.sku(1))
    const all = await arrive(ada, 'email', 'welcome', 'order_placed', 'order_confirmed')
    const ids: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const at: string = cursor && `&cursor=${cursor}`
      const path = `/v1/notifications?limit=2${at}`
      const { body } = await ada.call<{ items: NotificationView[]; nextCursor: string | null }>(
        path,
      )
      ids.push(...body.items.map(({ id }) => id))
      cursor = body.nextCursor
    }
    expect(ids.length).toBeGreaterThanOrEqual(all.length)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toEqual(expect.arrayContaining(all.map(({ id }) => id)))
  })

  it('tells of a declined card, a refund and a cancellation', async () => {
    const ada = await shop.customer()
    const sku = await shop.sku(2)
    const { id } = await placed(ada, sku)
    await pay(ada, id, 'tok_insufficient_funds')
    await arrive(ada, 'email', 'payment_failed')
    const { order } = await bought(ada, sku)
    await ada.call(`/v1/orders/${order.id}/cancel`, { body: {} })
    const all = await arrive(ada, 'email', 'order_cancelled', 'payment_refunded')
    expect(find(all, 'email', 'payment_refunded').text).toContain('$19.99')
  })

  it('is German for German readers, from the first one on', async () => {
    const ada = await shop.customer({ locale: 'de-AT', name: 'Ada' })
    const { order } = await bought(ada, await shop.sku(1))
    await shop.ship(order.id)
    const all = await arrive(ada, 'email', 'welcome', 'order_confirmed', 'order_shipped')
    const welcome = find(all, 'email', 'welcome')
    expect(welcome.subject).toBe('Willkommen bei Kiosk')
    const mail = find(all, 'email', 'order_confirmed')
    expect(mail.subject).toBe(`Ihre Bestellung ${order.number} ist bestätigt`)
    expect(mail.text).toMatch(/^Hallo Ada,/)
    expect(mail.text).toMatch(/19,99/)
    expect(mail.html).toContain('<html lang="de">')
    expect(all.map(({ text }) => text).join()).not.toMatch(/Hello|your order/)
  })

  it('follows a reader who changes the language', async () => {
    const ada = await shop.customer()
    await arrive(ada, 'email', 'welcome')
    await ada.call('/v1/users/me', { method: 'PATCH', body: { locale: 'de' } })
    const sku = await shop.sku(20)
    await eventually(async () => {
      const { id } = await placed(ada, sku)
      const placing = (await arrive(ada, 'email', 'order_placed')).find(
        ({ orderId }) => orderId === id,
      )
      expect(placing?.text).toMatch(/^Hallo/)
    })
  })

  it('in a language that nobody wrote is English', async () => {
    const ada = await shop.customer({ locale: 'fr-FR' })
    const all = await arrive(ada, 'email', 'welcome')
    expect(find(all, 'email', 'welcome').subject).toBe('Welcome to Kiosk')
  })
})

describe.concurrent('an SMS', () => {
  it('is sent as well where the phone number is known', async () => {
    const ada = await shop.customer()
    await ada.call('/v1/users/me', { method: 'PATCH', body: { phone: '+4930123456' } })
    const sku = await shop.sku(20)
    const sms = await eventually(async () => {
      const { id } = await placed(ada, sku)
      const all = await arrive(ada, 'sms', 'order_placed')
      return all.find((one) => one.channel === 'sms' && one.orderId === id)
    })
    expect(sms).toMatchObject({ to: '+4930123456', status: 'sent' })
    expect(sms).not.toHaveProperty('subject')
    expect(sms).not.toHaveProperty('html')
  })
})

describe.concurrent('preferences', () => {
  it('are everything, until somebody chooses', async () => {
    const ada = await shop.customer()
    const path = '/v1/notifications/preferences'
    expect((await ada.call(path)).body).toEqual(LOUD)
    const quiet = { ...LOUD, email: { orders: false, payments: true } }
    await prefer(ada, quiet)
    expect((await ada.call(path)).body).toEqual(quiet)
  })

  it('mute what is not wanted, and nothing else', async () => {
    const ada = await shop.customer()
    await prefer(ada, { ...LOUD, email: { orders: false, payments: true } })
    const sku = await shop.sku(5)
    const { order } = await bought(ada, sku)
    await ada.call(`/v1/orders/${order.id}/cancel`, { body: {} })
    // Said after what is muted, which would have come before it.
    const all = await arrive(ada, 'email', 'welcome', 'payment_succeeded', 'payment_refunded')
    const templates = all.map(({ template }) => template)
    expect(templates.toSorted()).toEqual(['payment_refunded', 'payment_succeeded', 'welcome'])
    await prefer(ada, LOUD)
    await placed(ada, sku)
    await arrive(ada, 'email', 'order_placed')
  })

  it('never mute what concerns the account', async () => {
    const ada = await shop.customer()
    const none = { orders: false, payments: false }
    await prefer(ada, { email: none, sms: none })
    await shop.system.api('/v1/auth/password-reset', { body: { email: ada.email } })
    await arrive(ada, 'email', 'password_reset')
  })
})
