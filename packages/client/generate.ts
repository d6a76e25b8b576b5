import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@hey-api/openapi-ts'

/** What this generator reads of an OpenAPI document. */
interface Document {
  paths?: Record<string, Record<string, Operation>>
}

interface Operation {
  operationId?: string
  security?: Record<string, string[]>[]
  parameters?: { name?: string; required?: boolean; description?: string }[]
}

/** Not for who writes a client: a page for people, and news from payment providers. */
const LEFT_OUT = ['getReference', 'receivePaymentWebhook']

const KEY_HEADER = 'Idempotency-Key'

/** The sources that are generated from the OpenAPI document, by their paths in this package. */
export async function clientSources(document: object): Promise<Map<string, string>> {
  const input = structuredClone(document) as Document
  const keyed = prepare(input)
  const files = await generate(input)
  files.set('src/generated/keyed.gen.ts', keyedSource(keyed))
  return files
}

/**
 * Makes the document one of what a caller says, and returns the calls that take an idempotency key.
 */
function prepare({ paths = {} }: Document): string[] {
  const keyed: string[] = []
  const names = new Set<string>()
  for (const [path, item] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(item)) {
      const { operationId = '', parameters = [] } = operation
      names.add(operationId)
      if (LEFT_OUT.includes(operationId)) delete item[method]
      const key = parameters.find(({ name }) => name === KEY_HEADER)
      if (key === undefined) continue
      key.required = false
      key.description = `${key.description ?? ''} Left out: the client chooses one.`.trim()
      keyed.push(`${method.toUpperCase()} ${path}`)
    }
  }
  const gone = LEFT_OUT.filter((name) => !names.has(name))
  if (gone.length > 0) throw new Error(`the document has no operation ${gone.join(', ')}`)
  return keyed.toSorted()
}

async function generate(input: Document): Promise<Map<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-client-'))
  try {
    await createClient({
      input: input as Record<string, unknown>,
      output: { path: folder, entryFile: false, module: { extension: '.ts' }, tsConfigPath: null },
      logs: { level: 'silent', file: false },
      plugins: [
        '@hey-api/typescript',
        { name: '@hey-api/client-fetch', baseUrl: false, throwOnError: true },
        // No client of its own: a call says by which client it is made.
        { name: '@hey-api/sdk', client: false, responseStyle: 'data' },
      ],
    })
    return new Map(
      globSync('**/*.ts', { cwd: folder })
        .filter((path) => path !== UNUSED)
        .toSorted()
        .map((path) => [
          `src/generated/${path.replaceAll('\\', '/')}`,
          known(readFileSync(join(folder, path), 'utf8')),
        ]),
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The same type by a name that those know too who have no types of a browser. */
function known(source: string): string {
  return source.replaceAll('BodyInit | null | undefined', "RequestInit['body']")
}

/** The generator's own client, without a shop: nobody is to call it by mistake. */
const UNUSED = 'client.gen.ts'

function keyedSource(keyed: readonly string[]): string {
  return `// This file is auto-generated from the OpenAPI document

/** The calls that take an \`Idempotency-Key\`. */
export const KEYED: readonly string[] = [
${keyed.map((call) => `  '${call}',\n`).join('')}];
`
}
