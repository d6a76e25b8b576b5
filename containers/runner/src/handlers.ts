import { request, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import type { V4WorkerOptions } from 'miniflare'
import type { Delivery } from './queues/message.ts'
import type { BatchResult } from './queues/outcome.ts'

// How `queue()` and `scheduled()` of the Worker are called. Miniflare has a way for that, which makes this
// process wait without doing anything else until the runtime answers; but the runtime waits for this process
// to read its log, once some hundred lines are unread. A Worker with much to do then stands still for ever.
// So a Worker beside it is asked over HTTP, as Miniflare's own queues do it.

const SCRIPT = `
export default {
  async fetch(request, { WORKER }) {
    const { queue, messages, cron, at } = await request.json()
    return Response.json(
      queue === undefined
        ? await WORKER.scheduled({ cron, scheduledTime: new Date(at) })
        : await WORKER.queue(queue, messages.map(deliveryOf)),
    )
  },
}

function deliveryOf({ at, bytes, serializedBody, ...message }) {
  const timestamp = new Date(at)
  if (serializedBody !== undefined) {
    return { ...message, timestamp, serializedBody: bytesOf(serializedBody) }
  }
  return { ...message, timestamp, ...(bytes !== undefined && { body: bytesOf(bytes) }) }
}

function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).buffer
}
`

const COMPATIBILITY_DATE = '2026-10-20'

/** The Worker that calls the handlers of another one; only this container reaches it. */
export function handlersOptions(worker: string): V4WorkerOptions {
  return {
    name: handlersOf(worker),
    compatibilityDate: COMPATIBILITY_DATE,
    compatibilityFlags: ['service_binding_extra_handlers'],
    modules: [{ type: 'ESModule', path: 'handlers.js', contents: SCRIPT }],
    serviceBindings: { WORKER: worker },
    unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
  }
}

/** Its name beside that of the Worker. */
export function handlersOf(worker: string): string {
  return `${worker}-handlers`
}

/** @param url Where the Worker of `handlersOptions` listens. */
export async function callQueue(
  url: URL,
  queue: string,
  deliveries: readonly Delivery[],
): Promise<BatchResult> {
  return (await ask(url, { queue, messages: deliveries.map(asJson) })) as BatchResult
}

/** @returns How the handler ended. */
export async function callScheduled(url: URL, cron: string, at: Date): Promise<string> {
  const { outcome } = (await ask(url, { cron, at: at.getTime() })) as { outcome: string }
  return outcome
}

function asJson({ timestamp, ...delivery }: Delivery): unknown {
  const at = timestamp.getTime()
  if ('serializedBody' in delivery) {
    return { ...delivery, at, serializedBody: base64(delivery.serializedBody) }
  }
  const { body, ...head } = delivery
  return body instanceof ArrayBuffer ? { ...head, at, bytes: base64(body) } : { ...head, at, body }
}

function base64(bytes: ArrayBuffer): string {
  return Buffer.from(bytes).toString('base64')
}

/** Waits as long as it takes: `fetch` would give a slow handler up. */
async function ask(url: URL, body: unknown): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  // A connection of its own: one that was kept may be gone just then.
  request(url, { method: 'POST', agent: false }, resolve)
    .on('error', reject)
    .end(JSON.stringify(body))
  const answer = await promise
  const said = await text(answer)
  if (answer.statusCode !== 200) throw new Error(`the handler could not be called: ${said}`)
  return JSON.parse(said)
}
