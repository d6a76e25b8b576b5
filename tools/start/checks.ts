import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import getPort from 'get-port'
import type { Settings } from './settings.ts'
import { StartError } from './start-error.ts'

const run = promisify(execFile)

/** Makes the state folder, and makes it the home of wrangler and Miniflare, too. */
export function prepareStateFolder({ state }: Settings): void {
  try {
    mkdirSync(state, { recursive: true })
    // They write into the home folder, which a machine may not have or may not let them.
    process.env['XDG_CONFIG_HOME'] = join(state, 'config')
    process.env['XDG_CACHE_HOME'] = join(state, 'cache')
  } catch (cause) {
    throw new StartError(
      `The state folder ${state} cannot be written; set KIOSK_STATE to one that can.`,
      { cause },
    )
  }
}

export async function checkPort(port: number): Promise<void> {
  if ((await getPort({ port })) === port) return
  throw new StartError(
    `Port ${port} is taken; stop what listens there, or choose another: PORT=8788 pnpm start`,
  )
}

/** Runs the real binary, which a wrong platform, an old C library or a missing package all break. */
export async function checkRuntime(): Promise<string> {
  try {
    // Wrangler brings workerd, so only wrangler's own dependencies can find it.
    const fromMiniflare = createRequire(import.meta.resolve('miniflare'))
    const workerd = fromMiniflare('workerd') as { default: string }
    const { stdout } = await run(workerd.default, ['--version'])
    return stdout.trim()
  } catch (cause) {
    const reason = firstLine((cause as { stderr?: string }).stderr || String(cause))
    throw new StartError(
      `The Workers runtime (workerd) does not run here: ${reason} ` +
        'It needs Linux with glibc 2.35 or macOS 13.5 and newer; try `pnpm install --force`.',
      { cause },
    )
  }
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? ''
}
