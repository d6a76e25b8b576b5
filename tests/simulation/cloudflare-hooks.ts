import { registerHooks } from 'node:module'

// For plain Node: the product imports a module that only Cloudflare's runtime has.
const standIn = new URL('platform/cloudflare-workers.ts', import.meta.url).href

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'cloudflare:workers'
      ? { url: standIn, format: 'module-typescript', shortCircuit: true }
      : next(specifier, context),
})
