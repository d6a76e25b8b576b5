import type { AuditReport } from '@kiosk/contracts/http/audit'
import type { ApiAnswer, ApiRequest } from './harness.ts'

/** Whoever may audit, with the calls they make. */
interface Auditor {
  call<Body>(path: string, request?: ApiRequest): Promise<ApiAnswer<Body>>
}

interface Scope {
  readonly graceSeconds?: number
  readonly since?: string
}

/** The whole audit of a shop: all pages of it as one. */
export async function auditShop(admin: Auditor, scope: Scope = {}): Promise<AuditReport> {
  const query = Object.entries(scope).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  let whole = await onePage(admin, query)
  while (whole.nextCursor !== null) {
    whole = merge(whole, await onePage(admin, [...query, `cursor=${whole.nextCursor}`]))
  }
  return whole
}

async function onePage(admin: Auditor, query: readonly string[]): Promise<AuditReport> {
  const path = `/v1/ops/audit?${query.join('&')}`
  const { status, body } = await admin.call<AuditReport>(path)
  if (status !== 200) throw new Error(`${path} is ${status}: ${JSON.stringify(body)}`)
  return body
}

function merge(before: AuditReport, page: AuditReport): AuditReport {
  const names = new Set([...Object.keys(before.checked), ...Object.keys(page.checked)])
  const sums = [...names].map((name) => [
    name,
    (before.checked[name] ?? 0) + (page.checked[name] ?? 0),
  ])
  return {
    ...page,
    checked: Object.fromEntries(sums) as Record<string, number>,
    violations: [...before.violations, ...page.violations],
  }
}
