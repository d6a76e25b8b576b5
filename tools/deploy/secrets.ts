import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { SECRETS, whyUnsafe } from '@kiosk/runner/secrets'
import { TEST_SECRETS } from '../../tests/support/secrets.ts'
import { ROOT, type WorkerName } from '../build.ts'
import { DEVELOPMENT_PASSWORD } from '../seed/accounts.ts'
import { DeployError } from './deploy-error.ts'

export type Values = Readonly<Record<string, string | undefined>>

export interface NewSecret {
  readonly worker: WorkerName
  readonly name: string
  readonly value: string
  readonly origin: 'given' | 'generated'
}

export interface SecretPlan {
  readonly toSet: readonly NewSecret[]
  /** `ADMIN_EMAIL of users`: what nobody gave, and nothing can be made up for. */
  readonly missing: readonly string[]
}

/**
 * The secrets to set: those that a Worker does not have yet, and those to be replaced. What is there
 * stays, because nobody can read it: a new key could not open what the old one has closed.
 * @param present The names of the secrets that a Worker has.
 * @throws DeployError when a given one is only good for development.
 */
export function planSecrets(
  given: Values,
  present: (worker: WorkerName) => ReadonlySet<string>,
  replaced: ReadonlySet<string>,
): SecretPlan {
  const unknown = [...replaced].filter((name) => !SECRETS.some((secret) => secret.name === name))
  if (unknown.length > 0) throw new DeployError(`There is no secret ${unknown.join(', ')}.`)
  refuseDevelopmentSecrets(given)

  const toSet: NewSecret[] = []
  const missing: string[] = []
  for (const { worker, name, make, isOptional } of SECRETS) {
    const isReplaced = replaced.has(name)
    if (present(worker).has(name) && !isReplaced) continue
    const value = given[name] ?? ''
    if (value !== '') toSet.push({ worker, name, value, origin: 'given' })
    else if (make !== undefined) toSet.push({ worker, name, value: make(), origin: 'generated' })
    else if (isOptional !== true || isReplaced) missing.push(`${name} of ${worker}`)
  }
  return { toSet, missing }
}

// Those that are not about to be set, too: whoever has them in the environment means to use them.
function refuseDevelopmentSecrets(given: Values): void {
  const development = developmentValues()
  const unsafe = SECRETS.flatMap(({ name }) => {
    const reason = whyUnsafe(name, given[name] ?? '', development)
    return reason === null ? [] : [`  ${name} ${reason}`]
  })
  if (unsafe.length === 0) return
  throw new DeployError(`These secrets are for development only:\n${unsafe.join('\n')}`)
}

/** Every secret of the development shops on this machine, of the documentation and of the tests. */
function developmentValues(root = ROOT): Set<string> {
  const files = globSync('workers/*/.dev.vars*', { cwd: root })
  const values = files.flatMap((file) =>
    Object.values(parseEnv(readFileSync(join(root, file), 'utf8'))),
  )
  const all = [...values, ...Object.values(TEST_SECRETS), DEVELOPMENT_PASSWORD]
  return new Set(all.filter((value): value is string => value !== undefined && value !== ''))
}
