import { EVENTS, SUBSCRIBERS, type Subscriber } from '@kiosk/contracts/events'
import {
  DeadLetterView,
  listDeadLetters,
  replayDeadLetter,
  replayDeadLetters,
  Replayed,
  Republished,
  republishEvents,
} from '@kiosk/contracts/http/ops'
import { endpointsOf } from '@kiosk/kit/app'
import { cutPage, decodeCursor } from '@kiosk/kit/cursor'
import { ProblemError } from '@kiosk/kit/problem'
import { z } from 'zod'
import { type Deps, type GatewayContext, type Service, SERVICES } from '../deps.ts'
import type { Env } from '../env.ts'
import { askService, headersForOperator } from '../upstream.ts'

const endpoint = endpointsOf<Env, Deps>()

/** The Workers that say events, and so have an outbox to send again from. */
const SOURCES = new Set<string>(Object.values(EVENTS).map((event) => event.shape.source.value))
const PUBLISHERS = SERVICES.filter((service) => SOURCES.has(`/${service}`))

const Ulid = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/)
const Position = z.tuple([Ulid])
const LETTER_ID = /^dlq_([a-z]+)_[0-9A-HJKMNP-TV-Z]{26}$/

/** The dead letters of all Workers as one list. Half of a list would pass for all of it, so it is all or 503. */
const list = endpoint(listDeadLetters, async (c) => {
  const { limit, cursor, type, state, service: only } = c.req.valid('query')
  const [before] = decodeCursor(cursor, Position) ?? []
  const lists = await Promise.all(
    hearing(only).map((service) => {
      const query = new URLSearchParams({ limit: String(limit + 1), state })
      if (type !== undefined) query.set('type', type)
      if (before !== undefined) query.set('before', `dlq_${service}_${before}`)
      return ask(c, service, `/internal/dead-letters?${query.toString()}`, z.array(DeadLetterView))
    }),
  )
  const newestFirst = lists.flat().toSorted((a, b) => (ulidOf(a) < ulidOf(b) ? 1 : -1))
  const page = cutPage(newestFirst, limit, (letter) => [ulidOf(letter)])
  return c.json({ items: page.rows, nextCursor: page.nextCursor }, 200)
})

const replay = endpoint(replayDeadLetter, async (c) => {
  const { id } = c.req.valid('param')
  const service = LETTER_ID.exec(id)?.[1]
  if (!isSubscriber(service)) throw new ProblemError('not_found', 'There is no such dead letter')
  const path = `/internal/dead-letters/${id}/replay`
  return c.json(await ask(c, service, path, DeadLetterView, { method: 'POST' }), 200)
})

const replayAll = endpoint(replayDeadLetters, async (c) => {
  const request = c.req.valid('json')
  const answers = await Promise.all(
    hearing(request.service).map((service) =>
      ask(c, service, '/internal/dead-letters/replay', Replayed, post(request)),
    ),
  )
  const sum = (field: keyof Replayed) => answers.reduce((total, answer) => total + answer[field], 0)
  return c.json({ replayed: sum('replayed'), remaining: sum('remaining') }, 202)
})

const republish = endpoint(republishEvents, async (c) => {
  const init = post(c.req.valid('json'))
  const answers = await Promise.all(
    PUBLISHERS.map((service) => ask(c, service, '/internal/republish', Republished, init)),
  )
  const republished = answers.reduce((sum, answer) => sum + answer.republished, 0)
  return c.json({ republished }, 202)
})

/** What an operator can do to the whole system. */
export const opsEndpoints = [list, replayAll, replay, republish]

function post(body: unknown): RequestInit {
  const headers = { 'content-type': 'application/json' }
  return { method: 'POST', headers, body: JSON.stringify(body) }
}

/** The Workers that have dead letters, or the one that is asked for. */
function hearing(only: Subscriber | undefined): readonly Subscriber[] {
  return only === undefined ? SUBSCRIBERS : [only]
}

/** Asks a Worker on behalf of the operator, whose token it checks itself. */
function ask<T extends z.ZodType>(
  c: GatewayContext,
  service: Service,
  path: string,
  schema: T,
  init: RequestInit = {},
): Promise<z.infer<T>> {
  const { services, config } = c.var.deps
  return askService(service, async () => {
    const headers = headersForOperator(c)
    for (const [name, value] of new Headers(init.headers)) headers.set(name, value)
    const signal = AbortSignal.timeout(config.UPSTREAM_TIMEOUT_MS)
    const response = await services[service].fetch(`http://${service}${path}`, {
      ...init,
      headers,
      signal,
    })
    if (response.status === 404) throw new ProblemError('not_found', 'There is no such dead letter')
    if (!response.ok) throw new Error(`${service} answered ${path} with ${response.status}`)
    return schema.parse(await response.json())
  })
}

/** The part of a letter's id that says when it died, whichever Worker it died in. */
function ulidOf(letter: DeadLetterView): string {
  return letter.id.slice(-26)
}

function isSubscriber(name: string | undefined): name is Subscriber {
  return SUBSCRIBERS.some((subscriber) => subscriber === name)
}
