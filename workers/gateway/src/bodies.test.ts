import { describe, expect, it } from 'vitest'
import { codeOf, customer, gateway, heard } from '../test/world.ts'

describe('bodies', () => {
  const limits = { BODY_BYTES_MAX: '100', UNREAD_BYTES_MAX: '1000' }

  async function post(path: string, body: BodyInit, headers: Record<string, string> = {}) {
    const authorization = await customer()
    return gateway({}, limits)(path, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json', ...headers },
      body,
    })
  }

  /** A body without a known length; `sent` tells how much of it was read. */
  function stream(chunks: number, size: number) {
    const read = { sent: 0, cancelled: false }
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          if (read.sent === chunks) return controller.close()
          read.sent += 1
          controller.enqueue(new Uint8Array(size).fill(32))
        },
        cancel() {
          read.cancelled = true
        },
      },
      { highWaterMark: 0 },
    )
    return { read, body }
  }

  it('passes one of the largest size', async () => {
    const body = 'x'.repeat(100)
    expect((await heard(await post('/v1/orders', body))).body).toBe(body)
  })

  it('refuses one byte more', async () => {
    const response = await post('/v1/orders', 'x'.repeat(101))
    expect([response.status, await codeOf(response)]).toEqual([413, 'payload_too_large'])
  })

  it('counts bytes, not characters', async () => {
    expect((await post('/v1/orders', 'é'.repeat(51))).status).toBe(413)
  })

  it('joins the chunks of one of unknown length', async () => {
    const { body } = stream(4, 25)
    expect((await heard(await post('/v1/orders', body))).body).toBe(' '.repeat(100))
  })

  it('reads one of unknown length to its end before it refuses it', async () => {
    const { body, read } = stream(20, 50)
    expect((await post('/v1/orders', body)).status).toBe(413)
    expect(read).toEqual({ sent: 20, cancelled: false })
  })

  it('stops reading at the cap', async () => {
    const { body, read } = stream(1_000, 50)
    expect((await post('/v1/orders', body)).status).toBe(413)
    expect(read.sent).toBeLessThan(30)
    expect(read.cancelled).toBe(true)
  })

  it.each([
    ['unknown path', '/v1/unknown', 404],
    ['bad token', '/v1/orders', 401],
  ])('reads the body of a call refused for its %s', async (_, path, status) => {
    const { body, read } = stream(5, 50)
    const response = await post(path, body, { authorization: 'Bearer x' })
    expect([response.status, read.sent]).toEqual([status, 5])
  })

  it.each(['text/plain', 'application/jsonx', 'multipart/form-data', ''])(
    'refuses the media type "%s"',
    async (type) => {
      const response = await post('/v1/orders', '{}', { 'content-type': type })
      expect([response.status, await codeOf(response)]).toEqual([415, 'unsupported_media_type'])
    },
  )

  it.each(['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/merge-patch+json'])(
    'accepts the media type "%s"',
    async (type) => {
      expect((await post('/v1/orders', '{}', { 'content-type': type })).status).toBe(200)
    },
  )

  it('tells of the token before the role, the role before the size, the size before the type', async () => {
    const big = 'x'.repeat(200)
    const text = { 'content-type': 'text/plain' }
    expect((await post('/v1/products', big, { ...text, authorization: '' })).status).toBe(401)
    expect((await post('/v1/products', big, text)).status).toBe(403)
    expect((await post('/v1/orders', big, text)).status).toBe(413)
    expect((await post('/v1/orders', '{}', text)).status).toBe(415)
  })

  it('passes a webhook as it came, whatever its type, with its signature', async () => {
    const response = await post('/v1/webhooks/payments/simulated', 'a=b', {
      'content-type': 'application/x-www-form-urlencoded',
      'webhook-signature': 'v1,abc',
      'x-signature': 'abc',
    })
    const { body, headers } = await heard(response)
    expect(body).toBe('a=b')
    expect(headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded',
      'webhook-signature': 'v1,abc',
      'x-signature': 'abc',
    })
  })
})
