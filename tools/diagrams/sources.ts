import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { STYLE } from './style.ts'

export interface Diagram {
  readonly name: string
  readonly source: string
  /** Where its picture is. */
  readonly file: string
  /** What its picture begins with when it was drawn from this source, in this style. */
  readonly mark: string
  readonly isDrawn: boolean
}

const FOLDER = 'docs/diagrams'

/** The Mermaid sources of a repository. */
export function diagramsIn(root: string): Diagram[] {
  return globSync(`${FOLDER}/*.mmd`, { cwd: root })
    .toSorted()
    .map((path) => {
      const source = readFileSync(join(root, path), 'utf8')
      const hash = createHash('sha256').update(source).update(JSON.stringify(STYLE)).digest('hex')
      const mark = `drawn by \`pnpm diagrams\` from ${basename(path)} ${hash.slice(0, 16)}`
      const file = join(root, path.replace(/mmd$/, 'svg'))
      const isDrawn = existsSync(file) && readFileSync(file, 'utf8').includes(`<!-- ${mark} -->`)
      return { name: basename(path, '.mmd'), source, file, mark, isDrawn }
    })
}

/** Pictures whose source is gone. */
export function orphansIn(root: string): string[] {
  return globSync(`${FOLDER}/*.svg`, { cwd: root }).filter(
    (path) => !existsSync(join(root, path.replace(/svg$/, 'mmd'))),
  )
}
