import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs, parseEnv } from 'node:util'
import { ROOT } from '../build.ts'
import { ENVIRONMENTS, type Environment } from '../wiring/fault-rules.ts'
import type { Credentials } from './account.ts'
import { DeployError } from './deploy-error.ts'
import type { Values } from './secrets.ts'

export interface Options {
  readonly environment: Environment
  readonly isDryRun: boolean
  /** Null when the account is not named: enough to show a plan. */
  readonly credentials: Credentials | null
  /** Where secrets are looked for. */
  readonly given: Values
  /** Names of secrets to replace though they are there. */
  readonly replaced: ReadonlySet<string>
  /** The address of the gateway, when it is not the one that follows from the configuration. */
  readonly url: string | undefined
  /** Where new databases are created. */
  readonly location: string | undefined
}

const CLOUDFLARE_API = 'https://api.cloudflare.com/client/v4'

export const USAGE = `pnpm deploy:staging | deploy:production  [options]
  --dry-run          show the plan and bundle every Worker; change nothing
  --replace=A,B      set these secrets anew though they are there
  --location=weur    where to create databases: weur eeur apac oc wnam enam
  --url=https://…    the gateway's address, when it is another than the configuration says`

export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): Options {
  const { values, positionals } = parse(args)
  const environment = ENVIRONMENTS.find((name) => name === positionals[0])
  if (environment === undefined || positionals.length > 1) throw new DeployError(USAGE)
  const given = { ...readEnvFile(environment), ...env }
  const isDryRun = values['dry-run']
  const credentials = readCredentials(given)
  if (credentials === null && !isDryRun) {
    throw new DeployError(
      'Say which account and with what right: CLOUDFLARE_ACCOUNT_ID and CLOUDFLARE_API_TOKEN, ' +
        `as variables or in .env.${environment}. docs/deploy.md lists the token's permissions.`,
    )
  }
  const replaced = new Set(values.replace.split(',').filter((name) => name !== ''))
  const { url, location } = values
  return { environment, isDryRun, credentials, given, replaced, url, location }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'dry-run': { type: 'boolean', default: false },
        replace: { type: 'string', default: '' },
        location: { type: 'string' },
        url: { type: 'string' },
      },
    })
  } catch (cause) {
    throw new DeployError(`${cause instanceof Error ? cause.message : ''}\n${USAGE}`, { cause })
  }
}

function readEnvFile(environment: Environment): NodeJS.Dict<string> {
  const file = join(ROOT, `.env.${environment}`)
  return existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}
}

function readCredentials(given: Values): Credentials | null {
  const accountId = given['CLOUDFLARE_ACCOUNT_ID'] ?? ''
  const token = given['CLOUDFLARE_API_TOKEN'] ?? ''
  if (accountId === '' || token === '') return null
  return { accountId, token, baseUrl: given['CLOUDFLARE_API_BASE_URL'] || CLOUDFLARE_API }
}
