type Cell = string | number

/** Rows under headings, columns aligned, numbers to the right. */
export function table(headings: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const all: (readonly Cell[])[] = [headings, ...rows]
  const widths = headings.map((_, column) =>
    Math.max(...all.map((row) => String(row[column] ?? '').length)),
  )
  const line = (row: readonly Cell[]) =>
    widths
      .map((width, column) => {
        const cell = row[column] ?? ''
        return typeof cell === 'number' ? String(cell).padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd()
  return [line(headings), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)]
    .map((text) => `  ${text}`)
    .join('\n')
}
