import { describe, expect, it, vi } from 'vitest'
import { quietDeps, testEnv } from '../../test/fixtures.ts'
import { cloudflareEmail } from './cloudflare-email.ts'
import { missingSettings } from './index.ts'
import { twilio } from './twilio.ts'

const { signal } = new AbortController()
const sms = { idempotencyKey: 'ntf_1', to: '+4930123456', text: 'Ünïcode & = ? €' }
const email = {
  idempotencyKey: 'ntf_1',
  to: 'ada@kiosk.test',
  subject: 'Hello',
  text: 'Hello',
  html: '<p>Hello</p>',
}

describe('twilio', () => {
  const settings = {
    TWILIO_ACCOUNT_SID: 'AC123',
    TWILIO_AUTH_TOKEN: 'token',
    TWILIO_FROM: '+15550100',
    TWILIO_BASE_URL: 'https://twilio.test',
  }
  const requests: Request[] = []

  function answering(status: number, body: unknown = {}, headers: Record<string, string> = {}) {
    requests.length = 0
    vi.stubGlobal('fetch', async (...args: Parameters<typeof fetch>) => {
      requests.push(new Request(...args))
      return Response.json(body, { status, headers })
    })
  }

  it('posts the message as a form, with basic authentication', async () => {
    answering(201, { sid: 'SM1' })
    expect(await twilio(settings).send(sms, signal)).toMatchObject({ ok: true })
    const [request] = requests
    expect(request?.method).toBe('POST')
    expect(request?.url).toBe('https://twilio.test/2010-04-01/Accounts/AC123/Messages.json')
    expect(request?.headers.get('authorization')).toBe(`Basic ${btoa('AC123:token')}`)
    expect(request?.headers.get('idempotency-key')).toBe('ntf_1')
    expect(request?.headers.get('content-type')).toMatch(/^application\/x-www-form-urlencoded/)
    expect(Object.fromEntries((await request?.formData()) ?? [])).toEqual({
      To: sms.to,
      From: '+15550100',
      Body: sms.text,
    })
  })

  it.each([400, 403, 404])('%i refuses the message for good', async (status) => {
    answering(status, { code: 21211, message: `The 'To' number ${sms.to} is not valid` })
    const delivery = await twilio(settings).send(sms, signal)
    expect(delivery).toEqual({
      ok: false,
      refusal: { code: 'refused', detail: `twilio answered ${status}, code 21211` },
    })
  })

  it.each([429, 503])('%i is a plea to come back later, when it says', async (status) => {
    answering(status, {}, { 'retry-after': '17' })
    await expect(twilio(settings).send(sms, signal)).rejects.toMatchObject({
      name: 'Busy',
      message: `twilio answered ${status}`,
      retryAfterSeconds: 17,
    })
  })

  it.each([401, 408, 500])('%i may be another time', async (status) => {
    answering(status, 'not an object')
    await expect(twilio(settings).send(sms, signal)).rejects.toThrow(
      `twilio answered ${status}, code none`,
    )
  })

  it('a broken connection may be another time', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('connection lost')))
    await expect(twilio(settings).send(sms, signal)).rejects.toThrow('connection lost')
  })
})

describe('cloudflare email', () => {
  const settings = { EMAIL_FROM: 'shop@kiosk.test' }

  function failing(code: string | undefined) {
    const error = Object.assign(new Error(`${email.to} is not allowed`), code ? { code } : {})
    return { send: () => Promise.reject(error) } as unknown as SendEmail
  }

  it('sends text and HTML from the shop', async () => {
    const send = vi.fn<() => Promise<EmailSendResult>>(async () => ({ messageId: 'm1' }))
    const provider = cloudflareEmail({ send }, settings, 'Kiosk')
    expect(await provider.send(email, signal)).toMatchObject({ ok: true })
    expect(send).toHaveBeenCalledWith({
      from: { email: 'shop@kiosk.test', name: 'Kiosk' },
      to: email.to,
      subject: 'Hello',
      text: 'Hello',
      html: '<p>Hello</p>',
      headers: { 'X-Kiosk-Message-Id': 'ntf_1' },
    })
  })

  it('is accepted by the binding as it is simulated', async () => {
    const provider = cloudflareEmail(testEnv.EMAIL, settings, 'Kiosk')
    expect(await provider.send(email, signal)).toMatchObject({ ok: true })
  })

  it('gives up an address that is suppressed, and quotes it nowhere', async () => {
    const provider = cloudflareEmail(failing('E_RECIPIENT_SUPPRESSED'), settings, 'Kiosk')
    expect(await provider.send(email, signal)).toEqual({
      ok: false,
      refusal: { code: 'refused', detail: 'email service: E_RECIPIENT_SUPPRESSED' },
    })
  })

  it.each([
    ['E_RATE_LIMIT_EXCEEDED', 'E_RATE_LIMIT_EXCEEDED'],
    ['E_SENDER_NOT_VERIFIED', 'E_SENDER_NOT_VERIFIED'],
    [undefined, 'unknown error'],
    [`<${email.to}>`, 'unknown error'],
  ])('%s may be another time', async (code, told) => {
    const provider = cloudflareEmail(failing(code), settings, 'Kiosk')
    await expect(provider.send(email, signal)).rejects.toThrow(`email service: ${told}`)
  })
})

describe('settings', () => {
  const { config } = quietDeps()

  it('the mailbox needs none', () => {
    expect(missingSettings(testEnv, config)).toEqual([])
  })

  it('names what the chosen providers lack', () => {
    const chosen = { ...config, EMAIL_PROVIDER: 'cloudflare', SMS_PROVIDER: 'twilio' } as const
    const partly = { ...testEnv, TWILIO_FROM: '+15550100', TWILIO_AUTH_TOKEN: '' }
    expect(missingSettings(partly, chosen)).toEqual([
      'EMAIL_FROM',
      'TWILIO_ACCOUNT_SID',
      'TWILIO_AUTH_TOKEN',
    ])
  })
})
