import { exportJWK, generateKeyPair } from 'jose'
import { unstable_readConfig } from 'wrangler'

/** JavaScript of Workers, by name. */
export type Stubs = Readonly<Record<string, string>>

interface ServiceBinding {
  readonly service: string
  readonly entrypoint?: string
}

/** A small Worker for each Worker that a wrangler.toml binds, and the key that signs test tokens. */
export async function standIns(configPath: string, stubs: Stubs) {
  const config = unstable_readConfig({ config: configPath }, { hideWarnings: true })
  const services: ServiceBinding[] = config.services ?? []
  const compatibilityDate: string = config.compatibility_date
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true })
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'test', alg: 'EdDSA' }] }

  const workers = [...new Set(services.map(({ service }) => service))].map((name) => {
    const bindings = services.filter(({ service }) => service === name)
    const script = stubs[name] ?? standIn(name, bindings, jwks)
    return { name, modules: true as const, compatibilityDate, script }
  })
  return { workers, signingKey: await exportJWK(privateKey) }
}

// Serves the public key; answers 501 to all else. Its RPC entrypoints exist but have no methods.
function standIn(name: string, bindings: readonly ServiceBinding[], jwks: object): string {
  const entrypoints = bindings.flatMap(({ entrypoint }) => entrypoint ?? [])
  return [
    `import { WorkerEntrypoint } from 'cloudflare:workers'`,
    `export default {
      fetch: (request) => new URL(request.url).pathname === '/.well-known/jwks.json'
        ? Response.json(${JSON.stringify(jwks)})
        : new Response('${name} is a stand-in', { status: 501 }),
    }`,
    ...entrypoints.map((entrypoint) => `export class ${entrypoint} extends WorkerEntrypoint {}`),
  ].join('\n')
}
