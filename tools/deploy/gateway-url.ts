import type { WorkerConfig } from '../wiring/workers.ts'
import type { Account } from './account.ts'

/** Where the gateway answers: its own domain when it has one, else its name on workers.dev. */
export async function gatewayUrl(config: WorkerConfig, account: Account): Promise<string> {
  const domain = customDomainOf(config)
  if (domain !== undefined) return `https://${domain}`
  return `https://${config.name}.${await account.subdomain()}.workers.dev`
}

function customDomainOf({ routes = [] }: WorkerConfig): string | undefined {
  const domain = routes.find((route) => typeof route === 'object' && 'custom_domain' in route)
  return typeof domain === 'object' ? domain.pattern : undefined
}
