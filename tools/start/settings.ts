import { join, resolve } from 'node:path'
import { ROOT } from '../build.ts'
import { StartError } from './start-error.ts'

export const PORT_DEFAULT = 8787

export interface Settings {
  readonly port: number
  readonly url: string
  /** Databases, objects, logs and the record of the last run: all that a start leaves behind. */
  readonly state: string
  readonly logs: string
  readonly isSeeding: boolean
  /** The shop of a tool, which neither disturbs nor is disturbed by another one of this checkout. */
  readonly isScratch: boolean
  readonly isPrintingLogs: boolean
}

export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const port = Number(env['PORT'] || PORT_DEFAULT)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new StartError(`PORT must be a number from 1 to 65535, not "${env['PORT']}".`)
  }
  const state = resolve(env['KIOSK_STATE'] || join(ROOT, '.kiosk', 'state'))
  return {
    port,
    url: `http://localhost:${port}`,
    state,
    logs: join(state, 'logs'),
    isSeeding: !['off', 'scratch'].includes(env['KIOSK_SEED'] ?? ''),
    isScratch: env['KIOSK_SEED'] === 'scratch',
    isPrintingLogs: env['KIOSK_LOGS'] === '1',
  }
}
