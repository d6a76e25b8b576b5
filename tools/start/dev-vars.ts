import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { ROOT, type WorkerName } from '../build.ts'
import { ADMIN_EMAIL, DEVELOPMENT_PASSWORD } from '../seed/accounts.ts'
import { LAST_SLUG } from '../seed/shop.ts'

type Values = Record<string, string>

/**
 * Gives each Worker its development secrets in `workers/<name>/.dev.vars`, which git ignores and
 * `wrangler dev` reads. What is already there is kept: a new key could not read the old state.
 */
export function writeDevVars(seed: 'on' | 'off' | 'as it is', root = ROOT): void {
  fill(fileOf('users', root), {
    KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64url'),
    ADMIN_EMAIL,
    ADMIN_PASSWORD: DEVELOPMENT_PASSWORD,
    // A crowd of test buyers registers at once; each hash says its own cost, so nothing else depends on it.
    SCRYPT_COST: '4096',
  })
  fill(fileOf('payments', root), {
    SIMULATED_WEBHOOK_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
  })
  const lastSlug = seed === 'off' ? '' : LAST_SLUG
  const catalogFile = fileOf('catalog', root)
  const catalog = fill(catalogFile, { SEED_LAST_SLUG: lastSlug })
  // A shop that runs already would be reloaded by this.
  if (seed !== 'as it is' && catalog['SEED_LAST_SLUG'] !== lastSlug) {
    replace(catalogFile, { ...catalog, SEED_LAST_SLUG: lastSlug })
  }
}

export function readDevVars(worker: WorkerName, root = ROOT): Values {
  return read(fileOf(worker, root))
}

function read(file: string): Values {
  try {
    return parseEnv(readFileSync(file, 'utf8')) as Values
  } catch {
    return {}
  }
}

function fill(file: string, wanted: Values): Values {
  const kept = read(file)
  const missing = Object.keys(wanted).filter((name) => kept[name] === undefined)
  if (missing.length === 0) return kept
  if (existsSync(file)) {
    replace(file, { ...wanted, ...kept })
  } else {
    create(file, wanted)
  }
  return read(file)
}

// Two first starts at once must end with the same secrets: a link never overwrites, so one wins.
function create(file: string, values: Values): void {
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, textOf(values), { mode: 0o600 })
  try {
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft)
  }
}

function replace(file: string, values: Values): void {
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, textOf(values), { mode: 0o600 })
  renameSync(draft, file)
}

function textOf(values: Values): string {
  const lines = Object.entries(values).map(([name, value]) => `${name}="${value}"`)
  return ['# Development only. Made by `pnpm start`; never committed.', ...lines, ''].join('\n')
}

function fileOf(worker: WorkerName, root: string): string {
  return join(root, 'workers', worker, '.dev.vars')
}
