import type { ProductPage, ProductView } from '@kiosk/contracts/http/catalog-view'
import type { Principal } from '@kiosk/kit/auth'
import type { Page } from '../cache/pages.ts'
import type { Deps } from '../deps.ts'
import { isStaff } from './access.ts'

/** What it needs of the context of a request. */
interface Visit {
  readonly req: { readonly method: string; readonly url: string }
  readonly var: { readonly deps: Deps; readonly principal: Principal | null }
}

/**
 * Answers again what was answered before, while it is still so. For staff it keeps and knows nothing:
 * they may see drafts.
 */
export function kept<C extends Visit, A extends Response>(
  answer: (c: C) => Promise<A>,
): (c: C) => Promise<A> {
  return async (c) => {
    const { deps, principal } = c.var
    if (c.req.method !== 'GET' || isStaff(principal)) return answer(c)
    const address = addressOf(c.req.url)
    const { page, moment } = await deps.pages.find(address)
    // It was such an answer before it was kept.
    if (page !== null) return send(page) as A
    const response = await answer(c)
    if (response.status !== 200 || moment === null) return response
    const body = await response.clone().text()
    const etag = response.headers.get('etag')
    deps.pages.keep(address, { body, etag, ...contentOf(body) }, moment)
    return response
  }
}

/** The path and the query, as they came: written in another way, it is another page. */
function addressOf(url: string): string {
  return url.slice(url.indexOf('/', 'https://'.length))
}

function contentOf(body: string): Pick<Page, 'skus' | 'isList'> {
  const content = JSON.parse(body) as ProductPage | ProductView
  const isList = 'items' in content
  const products = isList ? content.items : [content]
  return { skus: products.flatMap(({ variants }) => variants.map(({ sku }) => sku)), isList }
}

function send({ body, etag }: Page): Response {
  const headers = { 'content-type': 'application/json', ...(etag !== null && { etag }) }
  return new Response(body, { headers })
}
