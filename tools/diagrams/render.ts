import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runPage } from './browser.ts'
import { STYLE } from './style.ts'

/** Draws Mermaid sources with Mermaid itself, in a browser. Returns SVG by the same names. */
export async function render(sources: ReadonlyMap<string, string>): Promise<Map<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-diagrams-'))
  try {
    const file = join(folder, 'page.html')
    writeFileSync(file, pageOf(sources))
    const answer = /<body>([\w+/=]+)<\/body>/.exec(await runPage(file))?.[1]
    if (answer === undefined) throw new Error('the page gave no answer')
    const drawn = JSON.parse(Buffer.from(answer, 'base64').toString()) as [string, string][]
    return new Map(drawn)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function pageOf(sources: ReadonlyMap<string, string>): string {
  const script = import.meta.resolve('@mermaid-js/tiny/dist/mermaid.tiny.js')
  const input = JSON.stringify([...sources]).replaceAll('<', '\\u003c')
  return `<!doctype html><meta charset="utf-8"><body>
<script src="file://${fileURLToPath(script)}"></script>
<script>
async function draw() {
  mermaid.initialize(${JSON.stringify(STYLE)})
  const drawn = []
  for (const [name, source] of ${input}) {
    const { svg } = await mermaid.render('diagram', source)
    // HTML leaves tags open that SVG does not.
    const { documentElement } = new DOMParser().parseFromString(svg, 'image/svg+xml')
    drawn.push([name, new XMLSerializer().serializeToString(documentElement)])
  }
  return drawn
}
draw()
  .catch((error) => [['error', String(error)]])
  .then((drawn) => {
    const bytes = new TextEncoder().encode(JSON.stringify(drawn))
    document.body.textContent = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
  })
</script>`
}
