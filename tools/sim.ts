import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from './build.ts'

// pnpm sim --seed 7 --steps 100000     one shop under random faults, replayed exactly
// pnpm sim --seeds 50                  fifty shops, each from a seed of its own
const simulation = join(ROOT, 'tests/simulation')
const hooks = pathToFileURL(join(simulation, 'cloudflare-hooks.ts')).href

// A process of its own: the product imports `cloudflare:workers`, which Node finds only with these hooks.
const { status } = spawnSync(
  process.execPath,
  ['--import', hooks, join(simulation, 'main.ts'), ...process.argv.slice(2)],
  { stdio: 'inherit' },
)
process.exitCode = status ?? 1
