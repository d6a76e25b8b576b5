import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { AuditReport, type Violation } from '@kiosk/contracts/http/audit'
import { CUSTOMER_ADDRESS } from '../seed/accounts.ts'
import { Account } from './account.ts'
import { textIn, type Send } from './http.ts'
import type { Outcome } from './persist.ts'

const AUDIT_WITHIN_MS = 60_000
const AUDIT_EVERY_MS = 2_000
const PAYMENTS_MAX = 5

export type Lines = readonly { readonly sku: string; readonly quantity: number }[]

/** Puts a product on sale and stocks it. Returns its SKU. */
export async function stockProduct(admin: Account, units: number): Promise<string> {
  const sku = `RUSH-${randomUUID().slice(0, 8).toUpperCase()}`
  await admin.get(
    {
      path: '/v1/products',
      body: {
        name: `Rush ${sku}`,
        description: 'What everybody wants at once',
        status: 'published',
        categoryIds: [],
        attributes: {},
        images: [],
        variants: [{ sku, options: {}, price: { amountMinor: 1999, currency: 'USD' } }],
      },
    },
    201,
  )
  const body = { onHand: units, lowStockThreshold: 0 }
  await admin.get({ method: 'PUT', path: `/v1/inventory/${sku}`, body })
  return sku
}

export function registerAccounts(send: Send, count: number): Promise<Account[]> {
  return Promise.all(Array.from({ length: count }, () => Account.register(send)))
}

/** Asks for an order until the answer is definite. */
export function placeOrder(account: Account, lines: Lines, key: string): Promise<Outcome> {
  const body = { lines, shippingAddress: CUSTOMER_ADDRESS }
  return account.ask({ path: '/v1/orders', body, idempotencyKey: `${key}-order` })
}

/**
 * Pays until the answer is definite. A payment that failed because its provider was never reached is one,
 * and charged nothing: who wants the order pays again, under another key.
 */
export async function payOrder(account: Account, orderId: string, key: string): Promise<Outcome> {
  const body = { orderId, token: 'tok_ok' }
  for (let payment = 1; ; payment++) {
    const idempotencyKey = `${key}-payment-${payment}`
    const outcome = await account.ask({ path: '/v1/payments', body, idempotencyKey })
    const isUnreached = textIn(outcome.answer, 'failureCode') === 'provider_unreachable'
    if (!isUnreached || payment === PAYMENTS_MAX) return outcome
  }
}

/** Waits until an order is no longer `pending`. Returns its status. */
export async function settled(account: Account, id: string, withinMs: number): Promise<string> {
  const deadline = Date.now() + withinMs
  for (let pauseMs = 250; ; pauseMs = Math.min(2 * pauseMs, 2_000)) {
    const { answer } = await account.ask({ path: `/v1/orders/${id}` })
    const status = textIn(answer, 'status') ?? `answered ${answer?.status ?? 'nothing'}`
    if (status !== 'pending' || Date.now() > deadline) return status
    await sleep(pauseMs)
  }
}

/**
 * What the shop finds wrong with itself, of everything that is in it, however young, in sentences. What
 * is only on its way is given the time to arrive.
 */
export async function audit(admin: Account): Promise<string[]> {
  const deadline = Date.now() + AUDIT_WITHIN_MS
  for (;;) {
    const violations = await auditOnce(admin).catch(failure)
    if (violations.length === 0 || Date.now() > deadline) return violations
    await sleep(AUDIT_EVERY_MS)
  }
}

function failure(error: unknown): string[] {
  return [`the audit failed: ${error instanceof Error ? error.message : String(error)}`]
}

function sentenceOf({ invariant, service, ids, detail }: Violation): string {
  const about = Object.values(ids).join(' ')
  return `audit of ${service}: ${invariant}, ${about}: ${detail}`
}

async function auditOnce(admin: Account): Promise<string[]> {
  const violations: string[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const after: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const report: AuditReport = AuditReport.parse(
      await admin.get({ path: `/v1/ops/audit?graceSeconds=0${after}` }),
    )
    violations.push(...report.violations.map(sentenceOf))
    cursor = report.nextCursor
  }
  return violations
}
