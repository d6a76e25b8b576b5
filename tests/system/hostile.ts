/** Values as JSON text, because some of them are what `JSON.stringify` cannot write. */
const STRINGS = [
  '""',
  JSON.stringify('x'.repeat(10_000)),
  JSON.stringify('😀👩‍👩‍👧 ﷽ ½ Ω\u202egnp.exe\u200f שלום'),
  JSON.stringify('a\u0000b\r\nBcc: all@kiosk.test\u2028\ud800'),
  JSON.stringify(`'; DROP TABLE orders; --" OR 1=1 <script>alert(1)</script>{{7*7}}`),
  '"__proto__"',
]
const NUMBERS = ['0', '-1', '-0', '1e3', '1000000000000', '9007199254740991']
const NO_NUMBERS = ['1.5', '1e308', '1e400', '-1e400', '9007199254740993', '5e-324']
const OTHERS = [
  'null',
  'true',
  '[]',
  '{}',
  '{"__proto__":{"role":"admin"},"constructor":{"prototype":{"x":1}}}',
  `${'['.repeat(1_000)}${']'.repeat(1_000)}`,
]

/** Bad values of the type that a value has, as many for each type. */
export const HOSTILE_COUNT = STRINGS.length
export function hostileFor(value: unknown, n: number): string {
  if (typeof value === 'string') return STRINGS[n % STRINGS.length] ?? ''
  if (typeof value === 'number') return NUMBERS[n % NUMBERS.length] ?? ''
  return JSON.stringify(value)
}

/** Values of other types, or of a size that no number of the API has. */
export const WRONG_COUNT = 6
export function wrongFor(value: unknown, n: number): string {
  const wrong = {
    string: ['1', ...OTHERS],
    number: ['"1"', ...NO_NUMBERS, ...OTHERS],
    boolean: ['0', '"true"', 'null', '[]', '{}'],
  }[String(typeof value)] ?? ['null']
  return wrong[n % wrong.length] ?? 'null'
}

/** Bad values for what holds others. */
export const CONTAINERS: readonly string[] = ['null', '0', '"x"', '[]', '[null]', '{}']

type Path = readonly (string | number)[]

/** A field of a body, by the name that problems give it: `lines.0.sku`. */
export interface Field {
  readonly name: string
  readonly path: Path
  readonly value: unknown
}

/** All fields of a body, at any depth: those that hold others, and those that are values. */
export function fieldsOf(body: object): { values: Field[]; containers: Field[] } {
  const fields = pathsOf(body).map((path) => ({
    name: path.join('.'),
    path,
    value: valueAt(body, path),
  }))
  const isContainer = ({ value }: Field) => typeof value === 'object' && value !== null
  return {
    values: fields.filter((field) => !isContainer(field)),
    containers: fields.filter(isContainer),
  }
}

/** The body as JSON, with something else in some of its fields. */
export function withValues(
  body: object,
  fields: readonly Field[],
  jsonFor: (field: Field, index: number) => string,
): string {
  const copy = structuredClone(body)
  for (const [index, { path }] of fields.entries()) {
    const parent = valueAt(copy, path.slice(0, -1)) as Record<string, unknown>
    parent[String(path.at(-1))] = `@${index}@`
  }
  const json = JSON.stringify(copy)
  return json.replaceAll(/"@(\d+)@"/g, (whole, index) => {
    const field = fields[Number(index)]
    return field === undefined ? whole : jsonFor(field, Number(index))
  })
}

/** The body as JSON, without some of its fields. */
export function without(body: object, fields: readonly Field[]): string {
  const copy = structuredClone(body)
  for (const { path } of fields) {
    const parent = valueAt(copy, path.slice(0, -1)) as Record<string, unknown>
    delete parent[String(path.at(-1))]
  }
  return JSON.stringify(copy)
}

function pathsOf(value: unknown): Path[] {
  if (typeof value !== 'object' || value === null) return []
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value)
  return keys.flatMap((key) => [
    [key],
    ...pathsOf((value as Record<string, unknown>)[key]).map((below) => [key, ...below]),
  ])
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], value)
}

/** Whether a container is of another type than it must be. */
export function isWrong({ value }: Field, json: string): boolean {
  const bad: unknown = JSON.parse(json)
  if (typeof bad !== 'object' || bad === null) return true
  return Array.isArray(value) !== Array.isArray(bad)
}

/** Texts that are no JSON object. */
export const NO_OBJECTS: readonly (string | Buffer)[] = [
  '',
  ' ',
  '{',
  '}',
  '{"a":1,}',
  "{'a':1}",
  '{a:1}',
  '{"a":NaN}',
  '{"a":undefined}',
  '{} {}',
  'undefined',
  'NaN',
  'null',
  'true',
  '1',
  '"x"',
  '[]',
  '[{}]',
  'a=1&b=2',
  '<?xml version="1.0"?><a/>',
  '['.repeat(50_000),
  `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  '{"a":'.repeat(10_000),
  Buffer.from([0x7b, 0xff, 0xfe, 0x7d]),
  Buffer.from('{"a":1}', 'utf16le'),
  Buffer.from([0x1f, 0x8b, 0x08, 0x00]),
]

/** What should be an id, or a slug, as it stands in a path. */
export const ODD_IDS: readonly string[] = [
  '%00',
  '..%2f..%2fusers',
  '%F0%9F%98%80',
  '%',
  '%zz',
  "'%20OR%20'1'='1",
  '%3Cscript%3Ealert(1)%3C%2Fscript%3E',
  '__proto__',
  'constructor',
  'ord_01jd8z6q3n4v5w6x7y8z9a0b1c',
  'ord_01JD8Z6Q3N4V5W6X7Y8Z9A0B1CX',
  'evt_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C',
  `ord_${'0'.repeat(5_000)}`,
]

/** What people, and others, type into a search box. */
export const SEARCHES: readonly string[] = [
  '',
  ' ',
  '"',
  '""',
  '"unbalanced',
  "'",
  "' OR 1=1 --",
  '*',
  'a*',
  '**',
  '^a',
  'a^2',
  '+',
  '-a',
  'a - b',
  'a AND',
  'OR',
  'NOT',
  'a NOT b',
  'NEAR(a b, 5)',
  'NEAR(',
  '(a',
  ')',
  '((((((((((',
  'name:thing',
  '{name description}: thing',
  ':',
  '%',
  '_',
  '\\',
  '\u0000',
  'a\u0000b',
  '\n\t\r',
  '😀',
  '👩‍👩‍👧',
  'שלום',
  '日本語',
  'é e\u0301',
  '<script>',
  '__proto__',
  'x'.repeat(10_000),
  'a '.repeat(5_000),
  '"'.repeat(10_000),
  '😀'.repeat(1_000),
]

export const BAD_LIMITS: readonly string[] = ['101', '-1', '1.5', '', 'Infinity', '1e9', '١٠']

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
export const BAD_CURSORS: readonly string[] = [
  '',
  'x',
  '%00',
  '0',
  "' OR 1=1",
  '😀',
  encoded([]),
  encoded({}),
  encoded([1, 2, 3, 4, 5, 6]),
  'x'.repeat(1_001),
]
