import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { asyncApi } from '@kiosk/contracts/documents/asyncapi'
import { DOCUMENTED_SERVICES, openApi, openApiOf } from '@kiosk/contracts/documents/openapi'
import { ROOT } from '../build.ts'
import { eventsPage } from './events-page.ts'

/** Folders in which every file is generated: whatever else is found there is a leftover. */
const FOLDERS = ['docs/openapi']

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
  ])
}

interface Change {
  readonly path: string
  readonly change: 'written' | 'removed' | 'unchanged'
}

/** What has to happen to a repository for its documents to be those of its code. */
export function changesIn(root: string): (Change & { readonly text: string })[] {
  const wanted = generated()
  const leftovers = FOLDERS.flatMap((folder) => globSync(`${folder}/**/*.*`, { cwd: root }))
    .filter((path) => !wanted.has(path))
    .map((path) => ({ path, change: 'removed' as const, text: '' }))
  const files = [...wanted].map(([path, text]) => {
    const change = textOf(join(root, path)) === text ? ('unchanged' as const) : ('written' as const)
    return { path, change, text }
  })
  return [...leftovers, ...files]
}

/** Writes the documents, and says what has changed. */
export function generate(root = ROOT): Change[] {
  const changes = changesIn(root)
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
