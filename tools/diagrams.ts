import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './build.ts'
import { render } from './diagrams/render.ts'
import { diagramsIn, orphansIn } from './diagrams/sources.ts'
import { finish } from './diagrams/svg.ts'

// pnpm diagrams          draws docs/diagrams/*.svg whose source has changed; needs a Chromium
// pnpm diagrams --all    draws all of them anew
const all = process.argv.includes('--all')
const todo = diagramsIn(ROOT).filter(({ isDrawn }) => all || !isDrawn)
if (todo.length > 0) {
  const drawn = await render(new Map(todo.map(({ name, source }) => [name, source])))
  for (const { name, file, mark } of todo) {
    const svg = drawn.get(name)
    if (svg === undefined) throw new Error(`${name}.mmd: ${drawn.get('error') ?? 'not drawn'}`)
    writeFileSync(file, finish(svg, mark))
    console.log(`drawn     docs/diagrams/${name}.svg`)
  }
}
for (const path of orphansIn(ROOT)) {
  rmSync(join(ROOT, path))
  console.log(`removed   ${path}`)
}
