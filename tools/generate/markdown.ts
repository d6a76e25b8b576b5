/** A table as GitHub reads it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`
}

/** How GitHub names the anchor of a heading. */
export function anchor(heading: string): string {
  return heading.toLowerCase().replaceAll(/[^\w-]/g, '')
}

/** A value as a block of JSON. */
export function example(value: unknown): string {
  return ['```json', JSON.stringify(value, null, 2), '```\n'].join('\n')
}
