/**
 * A value that can be read as whatever is expected: an object with every property, a list of one, a text.
 * For code of which only the statements matter that it makes.
 */
export function anything(): unknown {
  function target() {
    return anything()
  }
  return new Proxy(target, { get: (_, property) => propertyOf(property) })
}

/** What Drizzle asks of a value to find out whether it is SQL. This is none. */
const ABSENT = new Set<string | symbol>(['then', 'getSQL', 'shouldOmitSQLParens', 'toSQL'])

function propertyOf(property: string | symbol): unknown {
  if (ABSENT.has(property)) return undefined
  switch (property) {
    case Symbol.toPrimitive:
      return (hint: string) => (hint === 'number' ? 1 : 'anything')
    case Symbol.iterator:
      return () => [anything()].values()
    case 'toJSON':
      return () => 'anything'
    case 'length':
      return 1
    case 'map':
    case 'flatMap':
      return (make: (each: unknown, index: number) => unknown) => [make(anything(), 0)]
    default:
      return typeof property === 'symbol' ? undefined : anything()
  }
}
