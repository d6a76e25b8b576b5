import { SECRETS, whyUnsafe } from './secrets.ts'
import { DEVELOPMENT_BROKER_PASSWORD, SetupError, type Settings } from './settings.ts'
import type { WorkerFile } from './worker-file.ts'

type Values = Readonly<Record<string, string>>

export interface Bindings {
  /** Variables and secrets, over those of wrangler.toml. */
  readonly values: Values
  /** Secrets that were made up: they must be the same next time, or nothing can read what they closed. */
  readonly made: Values
  /** The names of those that are only good for development. */
  readonly development: readonly string[]
}

/**
 * The variables and secrets of a Worker.
 * @param kept The secrets that were made up before.
 * @throws SetupError outside development, when one is missing or everybody may know it.
 */
export function bindingsFor(
  { service, development }: Pick<WorkerFile, 'service' | 'development'>,
  { mode, given }: Pick<Settings, 'mode' | 'given'>,
  kept: Values,
): Bindings {
  const own = SECRETS.filter(({ worker }) => worker === service)
  if (mode === 'production') {
    const known = new Set([...Object.values(development), DEVELOPMENT_BROKER_PASSWORD])
    const faults = own.flatMap(({ name, isOptional }) => {
      const value = given[name] ?? ''
      const why = value === '' && isOptional !== true ? 'is missing' : whyUnsafe(name, value, known)
      return why === null ? [] : [`WORKER_${name} ${why}`]
    })
    if (faults.length === 0) return { values: given, made: {}, development: [] }
    throw new SetupError(`${service} does not start in production: ${faults.join('; ')}`)
  }
  const made = Object.fromEntries(
    own.flatMap(({ name, make }) =>
      make === undefined || given[name] !== undefined ? [] : [[name, kept[name] ?? make()]],
    ),
  )
  const filled = { ...development, ...made }
  return {
    values: { ...filled, ...given },
    made,
    development: Object.keys(filled).filter((name) => given[name] === undefined),
  }
}
