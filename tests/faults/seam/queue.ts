import { waitUntil } from 'cloudflare:workers'
import { currentInvocation } from './invocation.ts'
import { reach } from './io.ts'
import { recorder } from './recorder.ts'

type Outgoing = MessageSendRequest & { delaySeconds?: number }

const DELAY_SECONDS = 1
const HELD_BACK_MS = 500

/** A queue whose every send is a point, and every message in it another. */
export function faultyQueue(name: string, queue: Queue): Queue {
  const destination = name.replace('QUEUE_', '').toLowerCase()
  let held: Outgoing[] = []

  async function deliver(messages: readonly Outgoing[]) {
    const faulty = messages.flatMap((message) => meddle(name, message))
    const now = faulty.filter(({ isHeld }) => !isHeld).map(({ message }) => message)
    // What was held back goes behind what comes now, or a little later if nothing comes.
    const behind = now.length > 0 ? held : []
    if (now.length > 0) held = []
    const later = faulty.filter(({ isHeld }) => isHeld).map(({ message }) => message)
    if (later.length > 0) {
      held.push(...later)
      recorder.held += later.length
      waitUntil(flushLater())
    }
    await send([...now, ...behind])
    recorder.held -= behind.length
  }

  async function flushLater() {
    await scheduler.wait(HELD_BACK_MS)
    const rest = held
    held = []
    await send(rest)
    recorder.held -= rest.length
  }

  async function send(messages: readonly Outgoing[]) {
    if (messages.length === 0) return
    // Nothing leaves an object before what it has written is on disk: an event that goes down with a crash
    // was never sent.
    await currentInvocation()?.object?.ctx.storage.sync()
    // Noted first: an object that is stopped meanwhile cannot any more, and what did not arrive is sent again.
    for (const { body } of messages) {
      recorder.sent.add(`${destination} ${idOf(body)}`)
      // A dead letter was taken already, and is to be taken again.
      if (destination === recorder.worker) recorder.heard.delete(idOf(body))
    }
    await queue.sendBatch(messages)
  }

  const faulty: Pick<Queue, 'send' | 'sendBatch'> = {
    send: (body) => sendAll([{ body }]),
    sendBatch: (messages) => sendAll([...messages] as Outgoing[]),
  }
  async function sendAll(messages: readonly Outgoing[]) {
    const types = [...new Set(messages.map(({ body }) => typeOf(body)))].toSorted().join(', ')
    await reach(`${name} send ${types}`, 'write', () => deliver(messages))
    return undefined as never
  }
  return faulty as Queue
}

/** What becomes of one message under way. */
function meddle(name: string, message: Outgoing): { message: Outgoing; isHeld: boolean }[] {
  const label = currentInvocation()?.label ?? ''
  const kind = recorder.reachMessage(label, `${name} message ${typeOf(message.body)}`)
  const asIs = { message, isHeld: false }
  switch (kind) {
    case null:
      return recorder.isUnruly ? shake(message) : [asIs]
    case 'duplicate':
      return [asIs, asIs]
    case 'delayed':
      return [{ message: { ...message, delaySeconds: DELAY_SECONDS }, isHeld: false }]
    case 'reordered':
      return [{ message, isHeld: true }]
  }
}

/** What an unruly network makes of a message. */
function shake(message: Outgoing): { message: Outgoing; isHeld: boolean }[] {
  const copies = Math.random() < 0.3 ? 2 : 1
  return Array.from({ length: copies }, () => {
    const luck = Math.random()
    if (luck < 0.2) return { message: { ...message, delaySeconds: DELAY_SECONDS }, isHeld: false }
    return { message, isHeld: luck < 0.5 }
  })
}

export function typeOf(body: unknown): string {
  return textOf(body, 'type')
}

export function idOf(body: unknown): string {
  return textOf(body, 'id')
}

function textOf(body: unknown, field: string): string {
  const text: unknown =
    typeof body === 'object' && body !== null ? Reflect.get(body, field) : undefined
  return typeof text === 'string' ? text : 'unknown'
}
