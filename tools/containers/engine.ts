import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { ROOT } from '../build.ts'

const run = promisify(execFile)
const OUTPUT_MAX = 64 * 1024 * 1024

/** Docker, or what takes its place: `CONTAINER_ENGINE=podman`. */
export const ENGINE = process.env['CONTAINER_ENGINE'] || 'docker'

/** Runs a command of the engine, and returns what it prints. */
export async function engine(...args: readonly string[]): Promise<string> {
  const { stdout } = await run(ENGINE, [...args], { cwd: ROOT, maxBuffer: OUTPUT_MAX })
  return stdout.trim()
}

/** The same with its output on the screen, for what takes long. */
export function engineAloud(...args: readonly string[]): void {
  const { status, error } = spawnSync(ENGINE, [...args], { cwd: ROOT, stdio: 'inherit' })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${ENGINE} ${args[0]} ended with ${status}`)
}

/** Compose, as the engine's own command or as the older program. */
export async function compose(
  environment: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<string> {
  const [command, ...first] = (await hasPlugin()) ? [ENGINE, 'compose'] : ['docker-compose']
  const { stdout } = await run(command ?? ENGINE, [...first, ...args], {
    cwd: ROOT,
    maxBuffer: OUTPUT_MAX,
    // The older program gives a busy engine up after a minute.
    env: { ...process.env, COMPOSE_HTTP_TIMEOUT: '600', ...environment },
  })
  return stdout.trim()
}

async function hasPlugin(): Promise<boolean> {
  return await run(ENGINE, ['compose', 'version']).then(
    () => true,
    () => false,
  )
}
