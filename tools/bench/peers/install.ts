import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ROOT } from '../../build.ts'
import { runToEnd } from './children.ts'

const MANIFESTS = fileURLToPath(new URL('.', import.meta.url))
const INSTALLED = join(ROOT, '.kiosk/peers')

/** What every peer runs with. */
export const PRODUCTION = {
  NODE_ENV: 'production',
  // The Node that runs this comes first, whatever else is installed.
  PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
} as const

/**
 * Installs what one of the folders beside this file asks for, with npm and outside the workspace: none of it
 * is a dependency of Kiosk. Returns the folder, which is kept for the next run.
 */
export async function install(name: string): Promise<string> {
  const folder = join(INSTALLED, name)
  mkdirSync(folder, { recursive: true })
  cpSync(join(MANIFESTS, name), folder, { recursive: true })
  const wanted = readFileSync(join(folder, 'package.json'), 'utf8')
  const stamp = join(folder, 'node_modules/.installed')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return folder
  await runToEnd({
    file: 'npm',
    args: ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'],
    cwd: folder,
    env: { PATH: PRODUCTION.PATH },
    log: logOf(`${name}-install`),
  })
  writeFileSync(stamp, wanted)
  return folder
}

/** The version of a package that was installed in a folder. */
export function versionIn(folder: string, name: string): string {
  const manifest = readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}

export function logOf(name: string): string {
  mkdirSync(join(INSTALLED, 'logs'), { recursive: true })
  return join(INSTALLED, 'logs', `${name}.log`)
}
