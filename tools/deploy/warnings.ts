import type { WorkerConfig } from '../wiring/workers.ts'

/** What works but is not how a shop that takes money should be set up. */
export function warningsOf(configs: readonly WorkerConfig[]): string[] {
  const vars: Record<string, unknown> = Object.assign({}, ...configs.map((config) => config.vars))
  return [
    vars['PAYMENT_PROVIDER'] === 'simulated' &&
      'PAYMENT_PROVIDER is simulated: test cards pay for real orders',
    vars['EMAIL_PROVIDER'] === 'mailbox' &&
      'EMAIL_PROVIDER is mailbox: no mail leaves the shop, password resets included',
    /\.test\b/.test(JSON.stringify(vars['STOREFRONT_URL'] ?? '')) &&
      'STOREFRONT_URL is a placeholder: links in mails lead nowhere',
    vars['CORS_ORIGINS'] === '*' && 'CORS_ORIGINS is *: every web page may call the API',
  ].filter((warning) => warning !== false)
}
