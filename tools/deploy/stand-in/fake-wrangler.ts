import { readFileSync } from 'node:fs'
import type { WorkerConfig } from '../../wiring/workers.ts'
import { DeployError } from '../deploy-error.ts'
import type { Wrangler } from '../wrangler.ts'
import type { State } from './state.ts'

/**
 * Does to the stand-in what wrangler would, without its seconds. It is as strict about bindings to
 * Workers that do not exist.
 */
export function fakeWrangler(state: State, commands: string[]): Wrangler {
  return async (args) => {
    const config = readJson<WorkerConfig>(optionOf(args, 'config'))
    const name = config.name ?? ''
    const isMigration = args[0] === 'd1'
    commands.push(isMigration ? `migrate ${args[3]}` : `deploy ${name}`)
    if (isMigration || args.includes('--dry-run')) return ''
    for (const { service } of config.services ?? []) {
      if (!state.scripts.has(service)) throw new DeployError(`${name}: there is no ${service}`)
    }
    const file = optionOf(args, 'secrets-file')
    const secrets = file === '' ? {} : readJson<Record<string, string>>(file)
    const before = state.scripts.get(name)
    state.scripts.set(name, {
      bindings: [],
      crons: [],
      isPublic: config.workers_dev === true,
      migrationTag: undefined,
      message: optionOf(args, 'message'),
      versions: (before?.versions ?? 0) + 1,
      secrets: new Map([...(before?.secrets ?? []), ...Object.entries(secrets)]),
    })
    return 'Version ID: 1'
  }
}

function optionOf(args: readonly string[], name: string): string {
  const prefix = `--${name}=`
  return args.find((arg) => arg.startsWith(prefix))?.slice(prefix.length) ?? ''
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T
}
