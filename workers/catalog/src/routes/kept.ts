import type { ProductPage, ProductView } from '@kiosk/contracts/http/catalog-view'
import type { Shortcut } from '@kiosk/kit/app'
import { currentContext } from '@kiosk/kit/context'
import type { Page } from '../cache/pages.ts'
import type { Deps } from '../deps.ts'
import type { Env } from '../env.ts'
import { isStaff } from './access.ts'

/**
 * Answers again what was answered before, while it is still so. For staff it keeps and knows nothing:
 * they may see drafts.
 */
export const kept: Shortcut<Env, Deps> = async (c, next) => {
  const { deps, principal } = c.var
  if (c.req.method !== 'GET' || isStaff(principal)) return next()
  const address = addressOf(c.req.url)
  const { page, moment } = await deps.pages.find(address)
  if (page !== null) {
    // The line of the gateway has all that one of ours would have.
    currentContext().isLoggedBefore = true
    return send(c, page)
  }
  await next()
  if (c.res.status !== 200 || moment === null) return
  const body = await c.res.clone().text()
  deps.pages.keep(address, { body, etag: c.res.headers.get('etag'), ...contentOf(body) }, moment)
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

function send(c: Parameters<Shortcut<Env, Deps>>[0], { body, etag }: Page): Response {
  return c.body(body, 200, { 'content-type': 'application/json', ...(etag !== null && { etag }) })
}
