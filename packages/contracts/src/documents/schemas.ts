/** A JSON Schema, as far as documents have them. */
export interface Schema {
  $ref?: string
  type?: string | string[]
  const?: unknown
  enum?: unknown[]
  default?: unknown
  example?: unknown
  examples?: unknown[]
  format?: string
  pattern?: string
  minimum?: number
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  items?: Schema
  allOf?: Schema[]
  anyOf?: Schema[]
  oneOf?: Schema[]
  description?: string
}

export type Schemas = Readonly<Record<string, Schema>>

/** What an example says where a contract has none for a text. A test finds it. */
export const NO_EXAMPLE = '…'

/** The schemas right below a schema. */
export function partsOf(schema: Schema): Schema[] {
  const { properties, items, additionalProperties: rest, allOf, anyOf, oneOf } = schema
  return [
    ...Object.values(properties ?? {}),
    ...(items === undefined ? [] : [items]),
    ...(typeof rest === 'object' ? [rest] : []),
    ...[allOf, anyOf, oneOf].flatMap((alternatives) => alternatives ?? []),
  ]
}

/**
 * Writes a schema as JSON Schema has it: `examples` for OpenAPI 3.0's `example`, `const` for an `enum` of
 * one, and what is said of a reference beside it.
 */
export function modernize(schema: Schema): void {
  const [reference, remarks, ...others] = schema.allOf ?? []
  const isRemarked = remarks !== undefined && others.length === 0 && isRemarks(remarks)
  if (reference?.$ref !== undefined && isRemarked) {
    delete schema.allOf
    Object.assign(schema, reference, remarks)
  }
  if (schema.example !== undefined) {
    schema.examples = [schema.example]
    delete schema.example
  }
  if (schema.enum?.length === 1) {
    schema.const = schema.enum[0]
    delete schema.enum
  }
  for (const part of partsOf(schema)) modernize(part)
}

function isRemarks(schema: Schema): boolean {
  return Object.keys(schema).every((key) => ['description', 'example', 'default'].includes(key))
}

/** One value that a schema accepts, put together from the examples of its parts. */
export function exampleFor(
  schema: Schema,
  schemas: Schemas,
  inside: readonly string[] = [],
): unknown {
  const [given = schema.const ?? schema.enum?.[0] ?? schema.default] = schema.examples ?? []
  if (given !== undefined) return given
  const name = schema.$ref?.slice('#/components/schemas/'.length)
  const named = name === undefined ? undefined : schemas[name]
  if (name !== undefined && named !== undefined)
    return exampleFor(named, schemas, [...inside, name])
  if (schema.allOf !== undefined) {
    const parts = schema.allOf.map((part) => exampleFor(part, schemas, inside))
    return Object.assign({}, ...parts) as unknown
  }
  const [alternative] = schema.anyOf ?? schema.oneOf ?? []
  if (alternative !== undefined) return exampleFor(alternative, schemas, inside)
  return ofType(schema, (part) => exampleFor(part, schemas, inside), inside)
}

function ofType(
  { type, items, minimum = 1, properties = {}, required }: Schema,
  exampleOf: (part: Schema) => unknown,
  inside: readonly string[],
): unknown {
  const types = [type ?? []].flat()
  if (types.includes('null')) return null
  switch (types[0]) {
    case 'object': {
      // What must be there; of an object in which nothing must, all.
      const names = required ?? Object.keys(properties)
      return Object.fromEntries(names.map((name) => [name, exampleOf(properties[name] ?? {})]))
    }
    case 'array': {
      const isEndless = inside.some((name) => items?.$ref?.endsWith(`/${name}`))
      return items === undefined || isEndless ? [] : [exampleOf(items)]
    }
    case 'integer':
    case 'number':
      return Math.max(minimum, 1)
    case 'boolean':
      return true
    case 'string':
      return NO_EXAMPLE
    default:
      return {}
  }
}
