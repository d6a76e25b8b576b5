import { timeOfId } from '@kiosk/contracts/primitives/id'
import type { Result } from '@kiosk/contracts/primitives/result'
import type { CallContext } from '@kiosk/contracts/rpc/call'
import { callContext } from '@kiosk/kit/context'
import type { Deps } from '../deps.ts'
import type { Terms } from '../domain/reservation.ts'
import { bucketOf, HOME, objectName, type Plan } from '../domain/split.ts'
import type { Decided, Line, LineRefusal } from '../objects/sku-lines.ts'
import type { SkuTerms } from './terms.ts'

type Stock = ReturnType<Deps['stock']['getByName']>

const SKUS_MAX = 1_000

/** How the split SKUs that this isolate has met are split. What it does not know, the home of a SKU tells. */
export class Plans {
  readonly #plans = new Map<string, Plan>()

  /** The bucket that a reservation lives in, as far as it is certain; else home is asked, which knows. */
  bucketOf(sku: string, reservationId: string): number {
    const plan = this.#plans.get(sku)
    if (plan === undefined || timeOfId(reservationId) >= plan.goodUntil) return HOME
    return bucketOf(plan.splits, reservationId)
  }

  learn(sku: string, plan: Plan): void {
    this.#plans.delete(sku)
    this.#plans.set(sku, plan)
    const [oldest] = this.#plans.keys()
    if (this.#plans.size > SKUS_MAX && oldest !== undefined) this.#plans.delete(oldest)
  }

  knows(sku: string): boolean {
    return this.#plans.has(sku)
  }
}

/** Asks the object in which a line of a reservation lives. */
export async function askShelf<T = Line>(
  deps: Pick<Deps, 'stock' | 'plans'>,
  { sku, terms }: SkuTerms,
  ask: (stock: Stock, call: CallContext, terms: Terms) => Promise<Decided<T>>,
): Promise<Result<T, LineRefusal>> {
  const call = callContext()
  const known = deps.plans.bucketOf(sku, terms.reservationId)
  const decided = await askBucket(known)
  if (decided.ok) return decided
  if (decided.refusal.code !== 'elsewhere') return { ok: false, refusal: decided.refusal }
  const { plan } = decided.refusal
  deps.plans.learn(sku, plan)
  const again = await askBucket(bucketOf(plan.splits, terms.reservationId))
  if (again.ok) return again
  if (again.refusal.code === 'elsewhere') throw new Error(`${sku} says where it is not`)
  return { ok: false, refusal: again.refusal }

  function askBucket(bucket: number): Promise<Decided<T>> {
    const stock = deps.stock.getByName(objectName({ sku, bucket }))
    return ask(stock, call, bucket === HOME ? terms : { ...terms, bucket: { sku, bucket } })
  }
}
