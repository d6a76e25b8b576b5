import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

type Values = Readonly<Record<string, string>>

/** The secrets that were made up for a shop for development, on its own volume. */
export function readKeptSecrets(state: string): Values {
  try {
    return JSON.parse(readFileSync(fileIn(state), 'utf8')) as Values
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
}

/** Written whole or not at all: half a key would lose what it closed. */
export function keepSecrets(state: string, values: Values): void {
  const file = fileIn(state)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.new`, JSON.stringify(values), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

function fileIn(state: string): string {
  return join(state, 'development-secrets.json')
}
