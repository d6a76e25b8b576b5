import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const PACKAGES = resolve(import.meta.dirname, '../../packages')

/**
 * What a Worker imports from npm, itself and through packages/, as names for Vite's optimizer. All of
 * it or nothing: a package that is loaded both bundled and from source has each of its classes twice.
 */
export function importedPackages(folder: string): string[] {
  const own = importsOf(folder)
  const shared = ['kit', 'contracts'].flatMap((name) =>
    importsOf(join(PACKAGES, name))
      .filter((id) => !own.includes(id))
      .map((id) => `@kiosk/${name} > ${id}`),
  )
  return [...own, ...shared]
}

const IMPORT = /^(?:import|export)\s(?!type\s)(?:[^'"]*?\sfrom\s)?'((?:@[\w-]+\/)?[a-z][\w./-]*)'/gm

function importsOf(folder: string): string[] {
  const found = new Set<string>()
  for (const file of globSync('src/**/*.ts', { cwd: folder })) {
    for (const [, id] of readFileSync(join(folder, file), 'utf8').matchAll(IMPORT)) {
      if (id && !id.startsWith('@kiosk/') && id !== 'vitest') found.add(id)
    }
  }
  return [...found].toSorted()
}
