import type { Table } from './schema.ts'

/** A table under the name that others refer to it by: `orders`, or `SkuStock.balance`. */
export interface Entity {
  readonly label: string
  readonly table: Table
}

/**
 * The tables of a service as a Mermaid entity diagram. A solid line is a foreign key; a dashed one is a
 * reference that no database enforces, because it leads to another service or to an object.
 */
export function entityDiagram(database: string, entities: readonly Entity[]): string {
  const own = new Set(entities.map(({ label }) => label))
  const relations = entities.flatMap((entity) => relationsOf(database, entity))
  const linesAt = ({ label }: Entity) =>
    Math.min(1, relations.filter((one) => [one.parent, one.child].includes(label)).length)
  const others = new Set(relations.map(({ parent }) => parent).filter((parent) => !own.has(parent)))
  return [
    'erDiagram',
    // Those that stand alone first: at the end, lines would run behind them.
    ...entities
      .toSorted((a, b) => linesAt(a) - linesAt(b))
      .flatMap(({ label, table }) => [
        `  ${idOf(label)}["${label}"] {`,
        ...table.columns.map(({ name, type, isKey, reference }) => {
          const marks = [isKey ? 'PK' : '', reference ? 'FK' : ''].filter((mark) => mark !== '')
          return `    ${[type, name, marks.join(',')].join(' ').trimEnd()}`
        }),
        '  }',
      ]),
    ...[...others].map((label) => `  ${idOf(label)}["${label}"]`),
    ...relations.map(({ parent, child, line, column }) => {
      return `  ${idOf(parent)} ${line} ${idOf(child)} : "${column}"`
    }),
  ].join('\n')
}

function relationsOf(database: string, { label, table }: Entity) {
  // What is unique in one object may be in another one too.
  const isObject = label.includes('.')
  const keys = table.columns.filter(({ isKey }) => isKey)
  return table.columns.flatMap(({ name, reference, isNullable, isKey }) => {
    if (reference === null) return []
    const isUnique =
      (isKey && keys.length === 1 && !isObject) ||
      table.indexes.some(({ isUnique: unique, where, columns }) => {
        return unique && where === null && columns.length === 1 && columns[0] === name
      })
    const one = isNullable ? '|o' : '||'
    const stroke = reference.isEnforced ? '--' : '..'
    const line = `${one}${stroke}${isUnique ? 'o|' : 'o{'}`
    const parent = reference.table.replace(`${database}.`, '')
    return [{ parent, child: label, column: name, line }]
  })
}

function idOf(label: string): string {
  return label.replaceAll('.', '_')
}
