import { ok, refuse } from '@kiosk/contracts/primitives/result'
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { afterEach, describe, expect, it } from 'vitest'
import {
  eventOf,
  handle,
  knownUser,
  lettersOf,
  messagesOf,
  orderFacts,
  quietDeps,
  testEnv,
  user,
} from '../../test/fixtures.ts'
import type { Deps } from '../deps.ts'
import { Config } from '../env.ts'
import { createProviders } from '../providers/index.ts'
import type { Delivery, Email } from '../providers/provider.ts'
import { handOverDue, handOverFresh } from './hand-over.ts'

const real = quietDeps()
const config = { ...real.config, DISPATCH_RETRY_MS: 1_000, DISPATCH_ATTEMPTS_MAX: 3 }

/** An email provider that answers as a test says, and a clock that a test moves. */
function fakeProvider(answer: (email: Email, signal: AbortSignal) => Promise<Delivery>) {
  const seen: Email[] = []
  // Ahead of every message that the test writes.
  const clock = { now: Date.now() + 60_000 }
  const email = {
    isMailbox: false,
    send: (message: Email, signal: AbortSignal) => {
      seen.push(message)
      return answer(message, signal)
    },
  }
  const deps: Deps = {
    ...real,
    config,
    providers: { ...real.providers, email },
    now: () => clock.now,
  }
  return { deps, seen, clock }
}

/** A message that is the dispatcher's. */
async function waitingMessage() {
  const { userId } = await knownUser(real)
  await handle(real, eventOf('order.placed', orderFacts(userId)))
  await putOff(userId)
  return userId
}

async function putOff(userId: string): Promise<void> {
  const due = testEnv.DB.prepare('update messages set due_at = created_at where recipient = ?')
  await due.bind(userId).run()
}

// A message that a test left pending would be the next one's.
afterEach(async () => {
  await testEnv.DB.prepare('delete from messages').run()
})

describe('handing over', () => {
  it('gives the provider the message, its id as the key, and marks it sent', async () => {
    const { deps, seen, clock } = fakeProvider(async () => ok(null))
    const userId = await waitingMessage()
    expect(await handOverDue(deps, 'email')).toBeNull()
    const [message] = await messagesOf(userId)
    expect(seen).toEqual([
      {
        idempotencyKey: message?.id,
        to: 'ada@kiosk.test',
        subject: message?.subject,
        text: message?.text,
        html: message?.html,
      },
    ])
    expect(message).toMatchObject({ status: 'sent', sent_at: clock.now, attempts: 1 })
  })

  it('tries again after a wait that doubles, and gives up in the end', async () => {
    const { deps, seen, clock } = fakeProvider(async () => {
      throw new Error('the provider is down')
    })
    const userId = await waitingMessage()
    const first = clock.now

    expect(await handOverDue(deps, 'email')).toBe(first + 1_000)
    expect(await messagesOf(userId)).toMatchObject([
      { status: 'pending', attempts: 1, last_error: 'the provider is down' },
    ])
    await handOverDue(deps, 'email')
    expect(seen).toHaveLength(1)

    clock.now = first + 1_000
    expect(await handOverDue(deps, 'email')).toBe(clock.now + 2_000)
    clock.now += 2_000
    expect(await handOverDue(deps, 'email')).toBeNull()
    expect(await messagesOf(userId)).toMatchObject([{ status: 'failed', attempts: 3 }])
    expect(new Set(seen.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1)
  })

  it('gives up at once what the provider refuses', async () => {
    const { deps } = fakeProvider(async () =>
      refuse({ code: 'refused', detail: 'no such address' }),
    )
    const userId = await waitingMessage()
    await handOverDue(deps, 'email')
    expect(await messagesOf(userId)).toMatchObject([
      { status: 'failed', attempts: 1, last_error: 'no such address' },
    ])
  })

  it('one message that fails delays no other', async () => {
    const users = [await waitingMessage(), await waitingMessage(), await waitingMessage()]
    const [unlucky] = await messagesOf(users[0] ?? '')
    const { deps } = fakeProvider(async ({ idempotencyKey }) => {
      if (idempotencyKey === unlucky?.id) throw new Error('not this one')
      return ok(null)
    })
    await handOverDue(deps, 'email')
    const all = await Promise.all(users.map(messagesOf))
    expect(all.flat().map(({ status }) => status)).toEqual(['pending', 'sent', 'sent'])
  })

  it('hands over more than a page, a few at a time', async () => {
    const { userId } = await knownUser(real)
    await testEnv.DB.prepare(
      `insert into messages (id, event_id, template, channel, recipient, to_address, text, status,
         due_at, created_at)
       with recursive n (i) as (select 1 union all select i + 1 from n where i < 120)
       select 'ntf_' || i, 'evt_' || i, 'welcome', 'email', ?, 'x', 'x', 'pending', 0, 0 from n`,
    )
      .bind(userId)
      .run()
    let running = 0
    let most = 0
    const { deps, seen } = fakeProvider(async () => {
      most = Math.max(most, ++running)
      await Promise.resolve()
      running--
      return ok(null)
    })
    expect(await handOverDue(deps, 'email')).toBeNull()
    expect(seen).toHaveLength(120)
    expect(most).toBeLessThanOrEqual(3)
  })

  it('a provider that hangs is given up after the timeout, and told so', async () => {
    let told = false
    const { deps } = fakeProvider((_email, signal) => {
      signal.addEventListener('abort', () => (told = true))
      return new Promise(() => {})
    })
    const userId = await waitingMessage()
    const hasty = { ...deps, config: { ...config, DISPATCH_TIMEOUT_MS: 20 } }
    await handOverDue(hasty, 'email')
    expect(told).toBe(true)
    expect(await messagesOf(userId)).toMatchObject([
      { status: 'pending', last_error: 'no answer within 20 ms' },
    ])
  })

  it('a crash between hand-over and mark repeats it under the same id; the mailbox keeps one', async () => {
    const userId = await waitingMessage()
    const keys: string[] = []
    const { email } = real.providers
    const { deps } = fakeProvider(async (message, signal) => {
      keys.push(message.idempotencyKey)
      const delivery = await email?.send(message, signal)
      return delivery ?? ok(null)
    })
    await testEnv.DB.exec(
      `create trigger crash before update on messages begin select raise(abort, 'crash'); end`,
    )
    await expect((async () => await handOverDue(deps, 'email'))()).rejects.toThrow('not saved')
    await testEnv.DB.exec('drop trigger crash')
    expect(await messagesOf(userId)).toMatchObject([{ status: 'pending', attempts: 0 }])

    await handOverDue(deps, 'email')
    const [message] = await messagesOf(userId)
    expect(message).toMatchObject({ status: 'sent' })
    expect(keys).toEqual([message?.id, message?.id])
    expect(await lettersOf(message?.id ?? '')).toHaveLength(1)
  })

  it('a user deleted during the hand-over stays forgotten', async () => {
    const userId = await waitingMessage()
    const { deps } = fakeProvider(async () => {
      await handle(real, eventOf('user.deleted', { userId }, 2))
      return ok(null)
    })
    await handOverDue(deps, 'email')
    expect(await messagesOf(userId)).toMatchObject([{ status: 'suppressed', to_address: '' }])
  })

  it('a real provider leaves no reset token behind; the mailbox shows it', async () => {
    const ada = user()
    const request = { ...ada, token: 'secret-token', expiresAt: '2026-11-20T12:30:00.000Z' }
    await handle(real, eventOf('user.password_reset_requested', request))
    await putOff(ada.userId)
    const { deps, seen } = fakeProvider(async () => ok(null))
    await handOverDue(deps, 'email')
    expect(seen[0]?.text).toContain('secret-token')
    expect(await messagesOf(ada.userId)).toMatchObject([{ status: 'sent', text: '', html: null }])

    const again = eventOf('user.password_reset_requested', request)
    await handle(real, again)
    await handOverFresh(real, again.id, ada.userId)
    const shown = (await messagesOf(ada.userId)).filter(({ text }) => text.includes('secret-token'))
    expect(shown).toMatchObject([{ status: 'sent' }])
  })

  it('messages wait for a provider that is not configured', async () => {
    const userId = await waitingMessage()
    const deps = { ...real, providers: { email: null, sms: null } }
    expect(await handOverDue(deps, 'email')).toBeNull()
    expect(await messagesOf(userId)).toMatchObject([{ status: 'pending', attempts: 0 }])
  })
})

describe('what an event has just left', () => {
  it('is handed over at once, and again when the event comes again only if that was cut off', async () => {
    const { deps, seen } = fakeProvider(async () => ok(null))
    const { userId } = await knownUser(real)
    const event = eventOf('order.placed', orderFacts(userId))
    await handle(real, event)
    const handOver = (eventId: string, recipient: string) => handOverFresh(deps, eventId, recipient)
    await handle({ ...deps, handOver }, event)
    await handle({ ...deps, handOver }, event)
    expect(seen).toHaveLength(1)
    expect(await messagesOf(userId)).toMatchObject([{ status: 'sent', due_at: null }])
  })

  it('is the dispatcher’s once the provider did not take it', async () => {
    let nudges = 0
    const { deps, seen, clock } = fakeProvider(async () => {
      throw new Error('the provider is down')
    })
    const dispatcher = { ...deps.dispatcher, nudge: () => void nudges++ }
    const { userId } = await knownUser(real)
    const event = eventOf('order.placed', orderFacts(userId))
    await handle(real, event)
    await handOverFresh({ ...deps, dispatcher }, event.id, userId)
    expect(nudges).toBe(1)
    await handOverFresh({ ...deps, dispatcher }, event.id, userId)
    expect(seen).toHaveLength(1)
    expect(await messagesOf(userId)).toMatchObject([{ due_at: clock.now + 1_000, attempts: 1 }])
  })
})

describe('the dispatcher', () => {
  const dispatcher = testEnv.DISPATCHER.getByName('dispatcher')

  it('hands over by alarm what no nudge did', async () => {
    const userId = await waitingMessage()
    await dispatcher.keepAlive()
    expect(await runDurableObjectAlarm(dispatcher)).toBe(true)
    expect(await messagesOf(userId)).toMatchObject([{ status: 'sent' }])
  })

  it('is awake before a message is written', async () => {
    const order: string[] = []
    const { userId } = await knownUser(real)
    const deps: Deps = {
      ...real,
      dispatcher: {
        awake: async () => void order.push('awake'),
        nudge: () => void order.push('nudge'),
      },
      handOver: async () => void order.push('hand over'),
      commit: (statements) => {
        order.push('commit')
        return real.commit(statements)
      },
    }
    await handle(deps, eventOf('order.placed', orderFacts(userId)))
    expect(order).toEqual(['awake', 'commit', 'hand over'])
    const low = { sku: 'TEE', available: 1, lowStockThreshold: 5 }
    await handle(deps, eventOf('stock.low', low))
    expect(order.slice(3)).toEqual(['awake', 'commit', 'nudge'])
  })

  it('wakes up for the next attempt', async () => {
    const userId = await waitingMessage()
    const dueAt = Date.now() + 5_000
    await testEnv.DB.prepare('update messages set due_at = ? where recipient = ?')
      .bind(dueAt, userId)
      .run()
    await runInDurableObject(dispatcher, (_instance, state) => state.storage.deleteAlarm())
    await dispatcher.nudge()
    const alarm = await runInDurableObject(dispatcher, (_instance, state) =>
      state.storage.getAlarm(),
    )
    expect(alarm).toBe(dueAt)
  })
})

it('the configuration names the providers, and a wrong name stops it', () => {
  expect(Config.safeParse({ EMAIL_PROVIDER: 'pigeon' }).success).toBe(false)
  const chosen = { ...config, EMAIL_PROVIDER: 'cloudflare', SMS_PROVIDER: 'twilio' } as const
  expect(createProviders(testEnv, chosen, real.db)).toEqual({ email: null, sms: null })
})
