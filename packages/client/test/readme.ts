import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The first example of the README: how to buy something. */
export function readmeExample(): string {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
  const [, example] = /^```ts\n(.*?)^```$/ms.exec(readme) ?? []
  if (example === undefined) throw new Error('the README has no example')
  return example
}
