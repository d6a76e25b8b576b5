import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { V4WorkerOptions } from 'miniflare'
import { QUIET_WRANGLER, ROOT, workerConfig, type WorkerName } from '../build.ts'

/** What wrangler reads in the wrangler.toml of a Worker, as Miniflare wants it. */
export interface WorkerSettings {
  readonly options: Omit<V4WorkerOptions, 'modules' | 'modulesRoot' | 'script' | 'scriptPath'>
  readonly vars: Readonly<Record<string, unknown>>
}

export interface KeptSettings extends WorkerSettings {
  /** Of all that they were made from. */
  readonly version: string
}

/**
 * The settings of a Worker, as wrangler read them last. Wrangler is not loaded into this process for it: it
 * takes more than a second, and more memory than a Worker.
 */
export function readSettings(worker: WorkerName): WorkerSettings {
  const kept = keptSettings(worker)
  if (kept?.version === settingsVersion(worker)) return kept
  execFileSync(process.execPath, [fileURLToPath(import.meta.resolve('./keep-settings.ts'))], {
    env: { ...process.env, ...QUIET_WRANGLER, WRANGLER_LOG: 'error' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const fresh = keptSettings(worker)
  if (fresh === null) throw new Error(`the settings of ${worker} could not be kept`)
  return fresh
}

export function settingsFile(worker: WorkerName): string {
  return join(ROOT, 'dist/lean', `${worker}.json`)
}

export function settingsVersion(worker: WorkerName): string {
  const wrangler = join(ROOT, 'node_modules/wrangler/package.json')
  // The folder, because there are whole paths in them.
  return [workerConfig(worker), wrangler]
    .reduce((hash, file) => hash.update(readFileSync(file)), createHash('sha256').update(ROOT))
    .digest('hex')
}

function keptSettings(worker: WorkerName): KeptSettings | null {
  try {
    return JSON.parse(readFileSync(settingsFile(worker), 'utf8')) as KeptSettings
  } catch {
    return null
  }
}
