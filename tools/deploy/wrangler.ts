import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { QUIET_WRANGLER, ROOT } from '../build.ts'
import type { Credentials } from './account.ts'
import { DeployError } from './deploy-error.ts'

/** Runs one wrangler command and returns what it printed. */
export type Wrangler = (args: readonly string[]) => Promise<string>

/** @param credentials Null for commands that need no account. */
export function wranglerFor(credentials: Credentials | null): Wrangler {
  return async (args) => {
    const bin = join(ROOT, 'node_modules/wrangler/bin/wrangler.js')
    const child = spawn(process.execPath, [bin, ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        ...QUIET_WRANGLER,
        // Nobody is there to answer a question.
        CI: 'true',
        NO_COLOR: '1',
        WRANGLER_WRITE_LOGS: 'false',
        WRANGLER_SEND_ERROR_REPORTS: 'false',
        ...(credentials && {
          CLOUDFLARE_ACCOUNT_ID: credentials.accountId,
          CLOUDFLARE_API_TOKEN: credentials.token,
          CLOUDFLARE_API_BASE_URL: credentials.baseUrl,
        }),
      },
    })
    const exitCode = new Promise<number | null>((resolve) => child.once('close', resolve))
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
    if ((await exitCode) === 0) return stdout
    const said = `${stdout}\n${stderr}`.trim()
    throw new DeployError(`wrangler ${args.slice(0, 3).join(' ')} failed:\n${said}`)
  }
}

/** Hands secrets to a command in a file that only this user can read and that is gone afterwards. */
export async function withSecretsFile<T>(
  secrets: Readonly<Record<string, string>>,
  use: (args: readonly string[]) => Promise<T>,
): Promise<T> {
  if (Object.keys(secrets).length === 0) return use([])
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-deploy-'))
  try {
    const file = join(folder, 'secrets.json')
    writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 })
    return await use([`--secrets-file=${file}`])
  } finally {
    rmSync(folder, { recursive: true })
  }
}
