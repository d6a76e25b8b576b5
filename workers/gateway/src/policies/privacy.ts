import type { Middleware } from '../deps.ts'

/** Keeps what one person was told out of every cache, where the service did not decide otherwise. */
export const keepPrivate: Middleware = async (c, next) => {
  await next()
  if (c.var.principal !== null && !c.res.headers.has('cache-control')) {
    c.header('cache-control', 'private, no-store')
  }
}
