import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { workerConfig, WORKERS } from '../build.ts'
import { bundledConfig } from './scratch.ts'

test.each(WORKERS)(
  'leaves no path in the configuration of %s that only its source has',
  (worker) => {
    const source = workerConfig(worker)
    const config = bundledConfig(readFileSync(source, 'utf8'), dirname(source))
    expect(config).toContain('main = "index.js"\nno_bundle = true')
    expect(config).not.toMatch(/src\/|"\.\.\/|= "node_modules/)
  },
)
