import { type Operation, openApi, operationsOf } from '@kiosk/contracts/documents/openapi'
import { partsOf, type Schema } from '@kiosk/contracts/documents/schemas'
import addFormats from 'ajv-formats'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'

/** A call that was made, and what it was answered. */
export interface Exchange {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

interface Response {
  readonly headers?: Record<string, { $ref?: string; required?: boolean; schema?: Schema }>
  readonly content?: Record<string, unknown>
}

const document = openApi()
const components = document.components as {
  schemas: Record<string, Schema>
  responses: Record<string, Response>
  headers: Record<string, { required: boolean; schema: Schema }>
}

const ajv = new Ajv2020({ allErrors: true, strict: false })
addFormats.default(ajv)
ajv.addFormat('password', true)
closeAll(document)
ajv.addSchema(document, 'openapi')

/** `GET /v1/orders/{id}` as what a request line must match. Names go before parameters. */
const operations = operationsOf(document)
  .toSorted((a, b) => (a.path < b.path ? -1 : 1))
  .map(({ path, method, operation }) => ({
    operation,
    pattern: new RegExp(
      `^${method} ${path.replaceAll(/[.]/g, '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`,
    ),
    pointer: `/paths/${escape(path)}/${method}/responses`,
  }))

/**
 * Holds an answer against the OpenAPI document: its status, media type, headers and body.
 * @throws Error that says what the document does not allow
 */
export function expectDocumented(exchange: Exchange): void {
  const { method, path, status, body } = exchange
  const problems = problemsOf(exchange)
  if (problems.length === 0) return
  const told = JSON.stringify(body)?.slice(0, 1_000)
  throw new Error(
    [`${method} ${path} answered ${status}, which is not as documented:`, ...problems, told].join(
      '\n  ',
    ),
  )
}

function problemsOf({ method, path, status, headers, body }: Exchange): string[] {
  // HEAD is GET without its body, and OPTIONS is the browser's question before a call.
  if (method === 'HEAD' || method === 'OPTIONS') return []
  const line = `${method.toLowerCase()} ${path.split('?')[0]}`
  const found = operations.find(({ pattern }) => pattern.test(line))
  if (found === undefined) return problemsOfNowhere(status, headers)
  const answer = responseOf(found.operation, status)
  if (answer === undefined)
    return [`the status is not among those of ${found.operation.operationId}`]
  const { response, pointer } = answer
  return [
    ...problemsOfHeaders(response, headers),
    ...problemsOfBody(response, pointer ?? `${found.pointer}/${status}`, headers, body),
  ]
}

/** What is not in the document is not there, or not by this method. */
function problemsOfNowhere(status: number, headers: Headers): string[] {
  const isRefused = status === 404 || status === 405 || status === 429
  const isProblem = mediaType(headers) === 'application/problem+json'
  return isRefused && isProblem ? [] : ['no operation of the document has this method and path']
}

function responseOf(
  { responses = {} }: Operation,
  status: number,
): { response: Response; pointer?: string } | undefined {
  const response = responses[String(status)] as (Response & { $ref?: string }) | undefined
  if (response?.$ref === undefined) return response && { response }
  const name = response.$ref.slice('#/components/responses/'.length)
  const shared = components.responses[name]
  return shared && { response: shared, pointer: `/components/responses/${name}` }
}

function problemsOfHeaders({ headers: documented = {} }: Response, headers: Headers): string[] {
  return Object.entries(documented).flatMap(([name, header]) => {
    const shared = header.$ref?.slice('#/components/headers/'.length)
    const { required, schema } = (shared === undefined ? header : components.headers[shared]) ?? {}
    const text = headers.get(name)
    if (text === null) return required === true ? [`the header ${name} is missing`] : []
    const value = schema?.type === 'integer' ? Number(text) : text
    const isValid = schema === undefined || ajv.validate(schema, value)
    return isValid ? [] : [`the header ${name} is "${text}": ${ajv.errorsText()}`]
  })
}

function problemsOfBody(
  { content = {} }: Response,
  pointer: string,
  headers: Headers,
  body: unknown,
): string[] {
  const types = Object.keys(content)
  if (types.length === 0) return body === null ? [] : ['there is a body where none is documented']
  const type = mediaType(headers)
  if (!types.includes(type)) return [`the media type is "${type}", not ${types.join(' or ')}`]
  const validate = validatorOf(`openapi#${pointer}/content/${escape(type)}/schema`)
  if (validate(body)) return []
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    `body${instancePath} ${message ?? ''} ${JSON.stringify(params)}`.trim(),
  )
}

const validators = new Map<string, ValidateFunction>()

/** Schemas are compiled at their first use, once. */
function validatorOf(pointer: string): ValidateFunction {
  const known = validators.get(pointer) ?? ajv.compile({ $ref: encodeURI(pointer) })
  validators.set(pointer, known)
  return known
}

function mediaType(headers: Headers): string {
  return headers.get('content-type')?.split(';')[0]?.trim() ?? ''
}

/** A part of a JSON pointer (RFC 6901). */
function escape(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1')
}

/**
 * Documents let answers grow; tests do not: a field that is sent must be documented. What is combined by
 * `allOf` is closed as a whole.
 */
function closeAll({
  components: { schemas = {}, responses = {} } = {},
  paths = {},
}: typeof document) {
  const media = [
    ...Object.values(responses),
    ...Object.values(paths).flatMap((item) =>
      Object.values(item as Record<string, Operation>).flatMap(({ responses: own }) =>
        Object.values(own ?? {}),
      ),
    ),
  ].flatMap((response) => Object.values((response as { content?: object }).content ?? {}))
  for (const { schema } of media as { schema: Schema }[]) close(schema)
  for (const schema of Object.values(schemas) as Schema[]) closeParts(schema)
}

function close(schema: Schema): void {
  const isObject = schema.properties ?? schema.allOf ?? schema.$ref
  if (isObject !== undefined) Object.assign(schema, { unevaluatedProperties: false })
  closeParts(schema)
}

function closeParts(schema: Schema): void {
  const combined = schema.allOf ?? []
  for (const part of combined) closeParts(part)
  for (const part of partsOf(schema)) if (!combined.includes(part)) close(part)
}
