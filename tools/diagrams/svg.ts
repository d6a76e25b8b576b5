const VIEW_BOX = /viewBox="([\d.-]+) ([\d.-]+) ([\d.]+) ([\d.]+)"/
const MARGIN = 12

/**
 * Makes what Mermaid drew a picture of its own: with a size, on white, and with the mark of the source it
 * was drawn from.
 */
export function finish(svg: string, mark: string): string {
  const [, ...numbers] = VIEW_BOX.exec(svg) ?? []
  const [x = 0, y = 0, width = 0, height = 0] = numbers.map(Number)
  const left = Math.floor(x - MARGIN)
  const top = Math.floor(y - MARGIN)
  const [w, h] = [Math.ceil(width + 2 * MARGIN), Math.ceil(height + 2 * MARGIN)]
  const open = svg
    .slice(0, svg.indexOf('>') + 1)
    .replace(VIEW_BOX, `viewBox="${left} ${top} ${w} ${h}"`)
    .replaceAll(/ (width|height|style)="[^"]*"/g, '')
    .replace('<svg', `<svg width="${w}" height="${h}"`)
  const paper = `<rect x="${left}" y="${top}" width="${w}" height="${h}" fill="#ffffff"/>`
  return `<!-- ${mark} -->\n${open}${paper}${rounded(svg.slice(svg.indexOf('>') + 1))}\n`
}

/** Hundredths of a pixel are enough. */
function rounded(svg: string): string {
  return svg.replaceAll(/\d+\.\d{3,}/g, (number) => String(Math.round(Number(number) * 100) / 100))
}
