import type { BrokerAddress } from './queues/session.ts'

/** What is wrong with how a container was set up; its message is for whoever did that. */
export class SetupError extends Error {
  override readonly name = 'SetupError'
}

export interface Settings {
  /** In `development`, missing secrets are filled in; in `production`, nothing starts without its own. */
  readonly mode: 'development' | 'production'
  /** The folder that outlives the container. */
  readonly state: string
  readonly broker: BrokerAddress
  /** Whether `X-Forwarded-For` is believed, because a proxy is known to have set it. */
  readonly isBehindProxy: boolean
  /** Variables and secrets for the Worker. */
  readonly given: Readonly<Record<string, string>>
}

type Environment = Readonly<Record<string, string | undefined>>

const FOR_WORKER = 'WORKER_'
const FROM_FILE = '_FILE'

/** The password of the broker that `docker-compose.yml` starts when nobody sets one. */
export const DEVELOPMENT_BROKER_PASSWORD = 'kiosk-dev-password'

/**
 * Reads the environment. What is in a variable `X` may instead be in a file, whose path is in `X_FILE`.
 * `WORKER_X` becomes the variable or secret X of the Worker.
 */
export function readSettings(env: Environment, readFile: (path: string) => string): Settings {
  const values = withFiles(env, readFile)
  const mode = values['KIOSK_MODE'] || 'production'
  if (mode !== 'production' && mode !== 'development') {
    throw new SetupError(`KIOSK_MODE is "${mode}", neither production nor development`)
  }
  const password = values['KIOSK_BROKER_PASSWORD'] || ''
  if (mode === 'production' && ['', DEVELOPMENT_BROKER_PASSWORD].includes(password)) {
    throw new SetupError(
      'KIOSK_BROKER_PASSWORD must be one of your own when KIOSK_MODE is production',
    )
  }
  return {
    mode,
    state: values['KIOSK_STATE'] || '/data',
    broker: {
      url: values['KIOSK_BROKER_URL'] || 'amqp://broker:5672',
      username: values['KIOSK_BROKER_USER'] || 'kiosk',
      password: password || DEVELOPMENT_BROKER_PASSWORD,
    },
    isBehindProxy: values['KIOSK_BEHIND_PROXY'] === 'on',
    given: Object.fromEntries(
      Object.entries(values)
        .filter(([name, value]) => name.startsWith(FOR_WORKER) && value !== '')
        .map(([name, value]) => [name.slice(FOR_WORKER.length), value]),
    ),
  }
}

function withFiles(env: Environment, readFile: (path: string) => string): Record<string, string> {
  const values: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith(FOR_WORKER) && !name.startsWith('KIOSK_')) continue
    if (value === undefined || value === '') continue
    if (!name.endsWith(FROM_FILE)) values[name] ??= value
    else values[name.slice(0, -FROM_FILE.length)] = textIn(name, value, readFile)
  }
  return values
}

function textIn(name: string, path: string, readFile: (path: string) => string): string {
  try {
    return readFile(path).trim()
  } catch (cause) {
    throw new SetupError(`${name} names ${path}, which cannot be read`, { cause })
  }
}
