import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { asyncApi } from '@kiosk/contracts/documents/asyncapi'
import { DOCUMENTED_SERVICES, openApi, openApiOf } from '@kiosk/contracts/documents/openapi'
import { clientSources } from '../../packages/client/generate.ts'
import { ROOT } from '../build.ts'
import { dataDocuments } from './data/generate.ts'
import { diagramDocuments } from './diagrams/generate.ts'
import { eventsPage } from './events-page.ts'

/** Folders in which every file is generated: whatever else is found there is a leftover. */
const FOLDERS = ['docs/openapi', 'packages/client/src/generated']

/** Every document that is made from the code, by its path in the repository. */
export function generated(): Map<string, string> {
  const events = asyncApi()
  return new Map([
    ['docs/openapi/kiosk.json', json(openApi())],
    ...DOCUMENTED_SERVICES.map(
      (service) => [`docs/openapi/${service}.json`, json(openApiOf(service))] as const,
    ),
    ['docs/asyncapi.json', json(events)],
    ['docs/events.md', eventsPage(events)],
    ...dataDocuments(),
    ...diagramDocuments(),
  ])
}

/** The sources of the client, which is made from the document of the whole API. */
let sources: Promise<Map<string, string>> | undefined

async function generatedSources(): Promise<[path: string, text: string][]> {
  // Takes seconds, and the code does not change while it runs.
  sources ??= clientSources(openApi())
  return [...(await sources)].map(([path, text]) => [`packages/client/${path}`, text])
}

interface Change {
  readonly path: string
  readonly change: 'written' | 'removed' | 'unchanged'
}

/** What has to happen to a repository for what is generated to be that of its code. */
export async function changesIn(root: string): Promise<(Change & { readonly text: string })[]> {
  const wanted = new Map([...generated(), ...(await generatedSources())])
  const leftovers = FOLDERS.flatMap((folder) => globSync(`${folder}/**/*.*`, { cwd: root }))
    .filter((path) => !wanted.has(path))
    .map((path) => ({ path, change: 'removed' as const, text: '' }))
  const files = [...wanted].map(([path, text]) => {
    const change = textOf(join(root, path)) === text ? ('unchanged' as const) : ('written' as const)
    return { path, change, text }
  })
  return [...leftovers, ...files]
}

/** Writes what is generated, and says what has changed. */
export async function generate(root = ROOT): Promise<Change[]> {
  const changes = await changesIn(root)
  for (const { path, change, text } of changes) {
    const file = join(root, path)
    if (change === 'removed') rmSync(file)
    if (change !== 'written') continue
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  return changes
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
