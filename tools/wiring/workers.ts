import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse } from 'smol-toml'
import type { Unstable_RawConfig } from 'wrangler'
import { workerConfig, type WorkerName, WORKERS } from '../build.ts'

/** A `wrangler.toml` as it is written; wrangler itself checks its form whenever it reads one. */
export type WorkerConfig = Unstable_RawConfig

export interface WorkerSource {
  /** The name of its folder: `orders`. */
  readonly worker: WorkerName
  /** The folder that holds its wrangler.toml. */
  readonly folder: string
  readonly config: WorkerConfig
  /** What its main module exports by name: RPC entrypoints and Durable Objects. */
  readonly exports: readonly string[]
}

export function readWorkers(): WorkerSource[] {
  return WORKERS.map((worker) => {
    const file = workerConfig(worker)
    const config = parse(readFileSync(file, 'utf8')) as WorkerConfig
    const main = readFileSync(join(dirname(file), config.main ?? 'src/index.ts'), 'utf8')
    return { worker, folder: dirname(file), config, exports: exportsOf(main) }
  })
}

/** The names in `export { A, B as C } from …` and `export class D`. */
export function exportsOf(source: string): string[] {
  const lists = [...source.matchAll(/^export \{([^}]*)\}/gm)].flatMap(([, names = '']) =>
    names.split(',').map(
      (name) =>
        name
          .trim()
          .split(/\s+as\s+/)
          .at(-1) ?? '',
    ),
  )
  const classes = [...source.matchAll(/^export class (\w+)/gm)].map(([, name = '']) => name)
  return [...lists, ...classes].filter((name) => name !== '')
}
