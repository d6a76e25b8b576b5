// A Worker that does with a message what its body says, and remembers what it heard.

export default {
  async fetch(request, env) {
    if (request.method === 'GET') return Response.json(await heard(env))
    const { messages, options } = await request.json()
    const batch = messages.map(({ as, body, ...rest }) => ({ ...encode(as, body), ...rest }))
    try {
      const [only] = batch
      if (batch.length > 1) await env.QUEUE.sendBatch(batch, options)
      else await env.QUEUE.send(only.body, only)
      return new Response()
    } catch (error) {
      return new Response(error.message, { status: 503 })
    }
  },

  async queue(batch, env) {
    const size = batch.messages.length
    for (const { id, attempts, body } of batch.messages) {
      const entry = { queue: batch.queue, at: Date.now(), id, attempts, size, body: show(body) }
      await env.HEARD.put(`${String(Date.now())} ${crypto.randomUUID()}`, JSON.stringify(entry))
    }
    for (const message of batch.messages) {
      const { retry, ack } = message.body ?? {}
      if (retry !== undefined) message.retry({ delaySeconds: retry })
      if (ack === true) message.ack()
    }
    if (batch.messages.some(({ body }) => body?.fail === true)) throw new Error('as it was told')
  },
}

function encode(as, body) {
  if (as === 'map') return { body: new Map(Object.entries(body)), contentType: 'v8' }
  if (as === 'bytes') return { body: new TextEncoder().encode(body), contentType: 'bytes' }
  return { body, contentType: as ?? 'json' }
}

function show(body) {
  if (body instanceof Map) return { map: Object.fromEntries(body) }
  if (body instanceof ArrayBuffer) return { bytes: new TextDecoder().decode(body) }
  return body
}

async function heard({ HEARD }) {
  const { keys } = await HEARD.list()
  return await Promise.all(keys.map(({ name }) => HEARD.get(name, 'json')))
}
