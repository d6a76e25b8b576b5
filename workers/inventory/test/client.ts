import { Problem } from '@kiosk/contracts/errors'
import type { Role } from '@kiosk/contracts/primitives/role'
import { createExecutionContext } from 'cloudflare:test'
import { expect } from 'vitest'
import { bearer } from '../../../tests/support/tokens.ts'
import { app } from '../src/app.ts'
import { testEnv } from './world.ts'

export interface Ask {
  method?: string
  body?: unknown
  as?: Role | null
}

/** Calls the Worker, as staff unless it is said who calls. */
export async function ask(
  path: string,
  { method, body, as = 'staff' }: Ask = {},
): Promise<Response> {
  const headers = new Headers()
  if (as !== null) headers.set('authorization', await bearer(`usr_${as}`, as))
  if (body !== undefined) headers.set('content-type', 'application/json')
  const init: RequestInit = { method: method ?? (body === undefined ? 'GET' : 'POST'), headers }
  if (body !== undefined) init.body = typeof body === 'string' ? body : JSON.stringify(body)
  return app.request(path, init, testEnv, createExecutionContext())
}

/** The status of a refusal with the code of its problem: `404 not_found`. */
export async function refusal(response: Response | Promise<Response>): Promise<string> {
  const answer = await response
  const problem = Problem.parse(await answer.json())
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  return `${answer.status} ${problem.code}`
}

export function put(sku: string, body: unknown): Promise<Response> {
  return ask(`/v1/inventory/${sku}`, { method: 'PUT', body })
}
