import type { Violation } from './checks/violation.ts'
import type { ProvingShop } from './shop.ts'

interface AuditAnswer {
  readonly violations: readonly { invariant: string; service: string; detail: string }[]
  readonly nextCursor: string | null
}

/** What the product's own audit finds once nothing is in flight: every page of it, with no grace. */
export async function findAuditViolations(shop: ProvingShop): Promise<Violation[]> {
  const found: Violation[] = []
  let cursor: string | null = null
  do {
    const page: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const response = await fetch(new URL(`/v1/ops/audit?graceSeconds=0${page}`, shop.system.url), {
      headers: { authorization: `Bearer ${shop.staff}` },
    })
    if (response.status === 404) return []
    if (!response.ok) return [{ invariant: 'audit', detail: `answers ${response.status}` }]
    const { violations, nextCursor } = JSON.parse(await response.text()) as AuditAnswer
    for (const { invariant, service, detail } of violations) {
      found.push({ invariant: `audit: ${invariant}`, detail: `${service}: ${detail}` })
    }
    cursor = nextCursor
  } while (cursor !== null)
  return found
}
