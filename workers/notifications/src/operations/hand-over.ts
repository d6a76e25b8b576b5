import type { Channel } from '@kiosk/contracts/http/notifications'
import { describeError, log } from '@kiosk/kit/log'
import { isBusy } from '@kiosk/kit/overload'
import pMap from 'p-map'
import type { Deps } from '../deps.ts'
import { type Attempt, settle, type Settlement } from '../domain/hand-over.ts'
import type { Delivery, Providers } from '../providers/provider.ts'
import { findDue, findFresh, findNextDue, type Message, saveSettlement } from '../store/messages.ts'

type HandOverDeps = Pick<Deps, 'db' | 'config' | 'providers' | 'dispatcher' | 'now'>
type Send = (message: Message, signal: AbortSignal) => Promise<Delivery>

const PAGE = 50
const ROUNDS_MAX = 100
/** An invocation has six connections at once, and there are two channels. */
const CONCURRENCY = 3

/** Nobody was asked, so it is no attempt: the message waits. */
const NOT_CONFIGURED: Attempt = { kind: 'busy', error: 'provider is not configured', waitMs: 0 }

/** Messages whose content opens an account. */
const SECRET_TEMPLATES: ReadonlySet<string> = new Set(['password_reset'])

/**
 * Hands a channel's due messages to its provider, each with its id as the idempotency key. It is marked only
 * afterwards, so a crash in between hands it over again, under the same key. Returns when the next one is
 * due (epoch ms), or null.
 */
export async function handOverDue(deps: HandOverDeps, channel: Channel): Promise<number | null> {
  const { db, providers, now } = deps
  if (senderOf(providers, channel) === null) {
    log('error', 'provider is not configured', { channel })
    return null
  }
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const due = await findDue(db, channel, now(), PAGE)
    await handOverAll(deps, due)
    if (due.length < PAGE) break
  }
  return findNextDue(db, channel)
}

/**
 * Hands over what an event has left for a person. What its provider does not take is the dispatcher's from
 * then on. Cut off anywhere, it is done when the event comes again.
 */
export async function handOverFresh(
  deps: HandOverDeps,
  eventId: string,
  recipient: string,
): Promise<void> {
  const settled = await handOverAll(deps, await findFresh(deps.db, eventId, recipient))
  if (settled.some(({ status }) => status === 'pending')) deps.dispatcher.nudge()
}

async function handOverAll(
  deps: HandOverDeps,
  messages: readonly Message[],
): Promise<readonly Settlement[]> {
  const handOverOne = (message: Message) => handOver(deps, message)
  try {
    return await pMap(messages, handOverOne, { concurrency: CONCURRENCY, stopOnError: false })
  } catch (error) {
    const cause: unknown = error instanceof AggregateError ? error.errors[0] : error
    throw new Error('outcomes of a hand-over were not saved', { cause })
  }
}

function senderOf({ email, sms }: Providers, channel: Channel): Send | null {
  switch (channel) {
    case 'email':
      return (
        email &&
        (({ id, toAddress, subject, text, html }, signal) =>
          email.send(
            { idempotencyKey: id, to: toAddress, subject: subject ?? '', text, html: html ?? '' },
            signal,
          ))
      )
    case 'sms':
      return (
        sms &&
        (({ id, toAddress, text }, signal) =>
          sms.send({ idempotencyKey: id, to: toAddress, text }, signal))
      )
  }
}

async function handOver(deps: HandOverDeps, message: Message): Promise<Settlement> {
  const { config, db, now, providers } = deps
  const policy = {
    retryMs: config.DISPATCH_RETRY_MS,
    retryMsMax: config.DISPATCH_RETRY_MS_MAX,
    attemptsMax: config.DISPATCH_ATTEMPTS_MAX,
  }
  const send = senderOf(providers, message.channel)
  const attempt =
    send === null
      ? NOT_CONFIGURED
      : await attemptWithin(config.DISPATCH_TIMEOUT_MS, (signal) => send(message, signal))
  const settlement = settle(attempt, message.attempts, policy, now())
  const isSecret = SECRET_TEMPLATES.has(message.template)
  const isOver = settlement.status !== 'pending'
  const isMailbox = providers[message.channel]?.isMailbox === true
  await saveSettlement(db, message, settlement, isSecret && isOver && !isMailbox)
  log(attempt.kind === 'accepted' ? 'info' : 'warn', 'message handed over', {
    messageId: message.id,
    channel: message.channel,
    template: message.template,
    outcome: settlement.status,
    attempts: settlement.attempts,
    ...(attempt.kind === 'accepted' ? {} : { error: attempt.error }),
  })
  return settlement
}

/** One attempt, given up after a time even when the provider ignores the signal. */
async function attemptWithin(
  timeoutMs: number,
  send: (signal: AbortSignal) => Promise<Delivery>,
): Promise<Attempt> {
  const controller = new AbortController()
  const { promise: timeout, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    const error = new Error(`no answer within ${timeoutMs} ms`)
    reject(error)
    controller.abort(error)
  }, timeoutMs)
  try {
    const delivery = await Promise.race([send(controller.signal), timeout])
    if (delivery.ok) return { kind: 'accepted' }
    return { kind: 'refused', error: delivery.refusal.detail }
  } catch (error) {
    const { message } = describeError(error)
    if (isBusy(error)) {
      return { kind: 'busy', error: message, waitMs: error.retryAfterSeconds * 1000 }
    }
    return { kind: 'failed', error: message }
  } finally {
    clearTimeout(timer)
  }
}
