import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Parser } from '@asyncapi/parser'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { ROOT } from './build.ts'
import { generated } from './generate/files.ts'

// Holds the committed OpenAPI and AsyncAPI documents against their specifications and the recommended
// rules of Redocly and of the AsyncAPI initiative. What is only a warning there is an error here.

/** An operation without limits has no refusals; a 4xx made up for the rule would be a lie. */
const ALLOWED = /^operation-4xx-response #\/paths\/~1(healthz|readyz)\//

/** Kiosk describes itself in AsyncAPI 3.0, which more tools read than 3.1. */
const OLD_VERSION = 'asyncapi-latest-version'

const config = await createConfig({ extends: ['recommended-strict'] })
const parser = new Parser()
let count = 0
for (const path of generated().keys()) {
  if (!path.endsWith('.json')) continue
  const source = readFileSync(join(ROOT, path), 'utf8')
  const problems = await (path.endsWith('asyncapi.json')
    ? lintAsyncApi(source)
    : lintOpenApi(source))
  for (const problem of problems) console.error(`${path}: ${problem}`)
  if (problems.length > 0) process.exitCode = 1
  count += 1
}
console.log(`${count} documents`)

async function lintOpenApi(source: string): Promise<string[]> {
  const problems = await lintFromString({ source, config, absoluteRef: join(ROOT, 'openapi.json') })
  return problems
    .map(({ ruleId, message, location: [at] }) => `${ruleId} ${at?.pointer ?? ''}: ${message}`)
    .filter((problem) => !ALLOWED.test(problem))
}

async function lintAsyncApi(source: string): Promise<string[]> {
  const { diagnostics } = await parser.parse(source)
  return diagnostics
    .filter(({ code }) => code !== OLD_VERSION)
    .map(({ code, path, message }) => `${code} ${path.join('.')}: ${message}`)
}
