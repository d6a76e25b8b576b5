import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROOT } from '../../../tools/build.ts'
import { readmeExample } from './readme.ts'

const PACKAGE = resolve(import.meta.dirname, '..')
/** The compiler that builds the package, and the one of the consumer. */
const [builder, tsc] = [PACKAGE, ROOT].map((folder) => {
  const manifest = createRequire(join(folder, 'package.json')).resolve('typescript/package.json')
  return join(dirname(manifest), 'bin/tsc')
}) as [string, string]
const run = promisify(execFile)

/**
 * Somebody's project, outside this repository, with the package installed as it would be published.
 */
let consumer: string

beforeAll(async () => {
  consumer = mkdtempSync(join(tmpdir(), 'kiosk-consumer-'))
  const installed = join(consumer, 'node_modules/@kiosk/client')
  mkdirSync(installed, { recursive: true })
  const manifest = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as {
    publishConfig: object
  }
  const published = { ...manifest, ...manifest.publishConfig }
  writeFileSync(join(installed, 'package.json'), JSON.stringify(published))
  writeFileSync(join(consumer, 'package.json'), '{ "type": "module" }')
  const config = join(PACKAGE, 'tsconfig.build.json')
  await run(process.execPath, [builder, '-p', config, '--outDir', join(installed, 'dist')])
}, 60_000)

afterAll(() => rmSync(consumer, { recursive: true }))

it('is JavaScript that Node runs as it is', async () => {
  const file = join(consumer, 'main.js')
  writeFileSync(file, `import * as client from '@kiosk/client'\nconsole.log(Object.keys(client))`)
  const { stdout } = await run(process.execPath, ['--no-strip-types', file])
  for (const name of ['createKiosk', 'items', 'isProblem', 'ProblemError', 'placeOrder'])
    expect(stdout).toContain(`'${name}'`)
})

it('has types that need those of a browser only; the example of the README is right', async () => {
  writeFileSync(join(consumer, 'example.ts'), readmeExample())
  const compilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    module: 'nodenext',
    target: 'es2022',
    lib: ['es2022', 'dom'],
    types: [],
  }
  const config = { compilerOptions, files: ['example.ts'] }
  writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify(config))
  const { stdout } = await run(process.execPath, [tsc, '-p', consumer]).catch((error) => error)
  expect(stdout).toBe('')
})

describe('in a bundle', () => {
  async function bundle(source: string): Promise<string> {
    const stdin = { contents: source, resolveDir: consumer }
    const options = { bundle: true, minify: true, format: 'esm', write: false } as const
    const { outputFiles } = await build({ stdin, ...options })
    return outputFiles[0]?.text ?? ''
  }

  it('only the operations that are called take room', async () => {
    const code = await bundle(`
      import { createKiosk, listProducts } from '@kiosk/client'
      listProducts({ client: createKiosk({ baseUrl: '' }) })`)
    expect(code).toContain('/v1/products')
    expect(code).not.toContain('/v1/categories')
    expect(code.length).toBeLessThan(15_000)
  })

  it('an import that is not used takes none', async () => {
    expect(await bundle(`import { listProducts } from '@kiosk/client'`)).toBe('')
  })
})
