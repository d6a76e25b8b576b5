import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

export const ROOT = resolve(import.meta.dirname, '..')

/** The gateway is first: the first Worker of a `wrangler dev` or a test is the one with an address. */
export const WORKERS = [
  'gateway',
  'catalog',
  'inventory',
  'orders',
  'payments',
  'users',
  'notifications',
] as const
export type WorkerName = (typeof WORKERS)[number]

export function workerConfig(worker: WorkerName): string {
  return join(ROOT, 'workers', worker, 'wrangler.toml')
}

/** The folder with `index.js`, as `wrangler deploy` would upload it. */
export function workerBundle(worker: WorkerName): string {
  return join(ROOT, 'dist', worker)
}

/** The folder of its bundle for tests, in which every I/O operation can be made to fail. */
export function faultyBundle(worker: WorkerName): string {
  return join(ROOT, 'dist/faulty', worker)
}

/** The folder of its bundle for tests, in which everything that is paid for is counted. */
export function countingBundle(worker: WorkerName): string {
  return join(ROOT, 'dist/counting', worker)
}

/** A way of bundling: from which file into which folder. */
interface Flavour {
  /** In place of the `main` of wrangler.toml. */
  readonly entry?: (worker: WorkerName) => string
  readonly bundle: (worker: WorkerName) => string
  /** Folders that every bundle depends on. */
  readonly shared: string
}

const PRODUCT: Flavour = { bundle: workerBundle, shared: 'packages/*/src' }
const FAULTY: Flavour = {
  entry: (worker) => join(ROOT, 'tests/faults/entries', worker, 'index.ts'),
  bundle: faultyBundle,
  shared: '{packages/*/src,tests/faults/{entries,seam}}',
}
const COUNTING: Flavour = {
  entry: (worker) => join(ROOT, 'tests/cost/entries', worker, 'index.ts'),
  bundle: countingBundle,
  shared: '{packages/*/src,tests/cost/{entries,seam}}',
}

/** Bundles every Worker into `dist/`, those whose sources are unchanged excepted. */
export function buildWorkers(): Promise<void> {
  return buildAll(PRODUCT)
}

/** Bundles every Worker with the seam of `tests/faults` around it. */
export function buildFaultyWorkers(): Promise<void> {
  return buildAll(FAULTY)
}

/** Bundles every Worker with the counters of `tests/cost` around it. */
export function buildCountingWorkers(): Promise<void> {
  return buildAll(COUNTING)
}

async function buildAll(flavour: Flavour): Promise<void> {
  const shared = digest(['pnpm-lock.yaml', ...sources(flavour.shared)])
  const waiting = [...WORKERS]
  async function work(): Promise<void> {
    for (let worker = waiting.shift(); worker; worker = waiting.shift()) {
      await buildWorker(worker, flavour, shared)
    }
  }
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, work))
}

const run = promisify(execFile)

async function buildWorker(worker: WorkerName, flavour: Flavour, shared: string): Promise<void> {
  const outdir = flavour.bundle(worker)
  const entry = flavour.entry === undefined ? [] : [flavour.entry(worker)]
  const stamp = join(outdir, '.inputs')
  const inputs =
    shared + digest([`workers/${worker}/wrangler.toml`, ...sources(`workers/${worker}/src`)])
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs) return

  const wrangler = join(ROOT, 'node_modules/wrangler/bin/wrangler.js')
  const args = ['deploy', ...entry, '--dry-run', '--config', workerConfig(worker)]
  try {
    await run(process.execPath, [wrangler, ...args, '--outdir', outdir], {
      cwd: ROOT,
      env: { ...process.env, ...QUIET_WRANGLER },
    })
  } catch (error) {
    const { stderr = '', stdout = '' } = error as { stderr?: string; stdout?: string }
    throw new Error(`The Worker "${worker}" does not bundle:\n${stderr}${stdout}`)
  }
  writeFileSync(stamp, inputs)
}

/**
 * No telemetry, no banner, no look-up of Cloudflare's request metadata: works offline. Nor a store of local
 * traces, which costs a quarter of the runtime's work: the log has the trace ids.
 */
export const QUIET_WRANGLER = {
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  WRANGLER_SEND_METRICS: 'false',
  X_LOCAL_OBSERVABILITY: 'false',
} as const

function sources(folder: string): string[] {
  return globSync(`${folder}/**/*`, { cwd: ROOT, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
}

function digest(files: readonly string[]): string {
  const hash = createHash('sha256')
  for (const file of files)
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(resolve(ROOT, file)))
  return hash.digest('hex')
}

if (import.meta.main) {
  await buildWorkers().catch((error: Error) => {
    console.error(error.message)
    process.exitCode = 1
  })
}
