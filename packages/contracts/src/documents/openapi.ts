import { OpenAPIHono } from '@hono/zod-openapi'
import { Problem } from '../errors.ts'
import { HEADERS, headers } from '../http/headers.ts'
import { type ContractRoute, ROUTES } from '../http/index.ts'
import { metaRoutes } from '../http/meta.ts'
import { ABOUT_API, SECURITY_SCHEMES, TAGS, WHO } from './about.ts'
import { PROBLEM_EXAMPLES, PROBLEM_RESPONSES, problemResponses } from './problems.ts'
import { exampleFor, modernize, type Schema, type Schemas } from './schemas.ts'

export type OpenApiDocument = ReturnType<OpenAPIHono['getOpenAPI31Document']>
export type Operation = NonNullable<NonNullable<OpenApiDocument['paths']>[string]['get']>
type Parameter = Extract<NonNullable<Operation['parameters']>[number], { in: unknown }>
type RouteConfig = Parameters<OpenAPIHono['openAPIRegistry']['registerPath']>[0]

const DOCUMENTED: Record<keyof typeof ROUTES, readonly ContractRoute[]> = {
  ...ROUTES,
  gateway: [...ROUTES.gateway, ...metaRoutes],
}

/** The Workers that answer calls of the public API. */
export const DOCUMENTED_SERVICES = Object.keys(DOCUMENTED) as (keyof typeof ROUTES)[]

/** The document of the whole API. */
export function openApi(): OpenApiDocument {
  return documentOf('Kiosk', Object.values(DOCUMENTED).flat())
}

/** The document of what one Worker answers. */
export function openApiOf(service: keyof typeof ROUTES): OpenApiDocument {
  return documentOf(`Kiosk: ${service}`, DOCUMENTED[service])
}

function documentOf(title: string, routes: readonly ContractRoute[]): OpenApiDocument {
  const { openAPIRegistry: registry, getOpenAPI31Document } = new OpenAPIHono()
  registry.register('Problem', Problem)
  for (const route of routes) registry.registerPath(described(route))
  const tags = new Set(routes.flatMap((route) => route.tags ?? []))
  const document = getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title,
      version: '1.0.0',
      description: ABOUT_API,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: '/', description: 'The gateway: where this document was asked for.' }],
    tags: [...tags].map((name) => ({ name, description: TAGS[name] ?? name })),
  })
  addComponents(document)
  refine(document)
  return document
}

/** A route with what every call has. */
function described({ access, refusals, ...route }: ContractRoute): RouteConfig {
  const answers = Object.entries(route.responses).map(([status, response]) => {
    const common = headers('X-Request-Id', 'traceparent')
    return [status, { ...response, headers: { ...common, ...headersOf(response) } }] as const
  })
  return {
    ...route,
    description: [route.description, WHO[access]].filter(Boolean).join('\n\n'),
    responses: { ...Object.fromEntries(answers), ...problemResponses(refusals) },
    'x-access': access,
  }
}

function headersOf(response: object): object {
  return 'headers' in response ? (response.headers as object) : {}
}

/** Adds those shared parts that the document refers to, and no others. */
function addComponents(document: OpenApiDocument): void {
  const responses = pick(PROBLEM_RESPONSES, referredIn('responses', document))
  const examples = pick(PROBLEM_EXAMPLES, referredIn('examples', [document, responses]))
  const headers = pick(HEADERS, referredIn('headers', [document, responses]))
  const demanded = operationsOf(document).flatMap(({ operation }) =>
    (operation.security ?? []).flatMap((requirement) => Object.keys(requirement)),
  )
  const schemes = pick(SECURITY_SCHEMES, demanded)
  document.components = {
    ...(demanded.length > 0 && { securitySchemes: schemes }),
    ...document.components,
    responses,
    headers,
    examples,
  } as NonNullable<OpenApiDocument['components']>
}

/** The names of the components of a kind that something refers to. */
function referredIn(kind: string, something: unknown): string[] {
  const references = JSON.stringify(something).matchAll(
    new RegExp(`"#/components/${kind}/([^"]+)"`, 'g'),
  )
  return [...references].map(([, name = '']) => name)
}

/** A copy of some of the parts, in their order. */
function pick(parts: Readonly<Record<string, object>>, names: readonly string[]) {
  const wanted = new Set(names)
  return structuredClone(
    Object.fromEntries(Object.entries(parts).filter(([name]) => wanted.has(name))),
  )
}

/** Gives headers the names that people know, schemas the form of JSON Schema, and bodies an example. */
function refine(document: OpenApiDocument): void {
  const schemas = (document.components?.schemas ?? {}) as Schemas
  for (const schema of Object.values(schemas)) modernize(schema)
  for (const { operation } of operationsOf(document)) {
    operation.parameters = operation.parameters?.map((parameter) =>
      'in' in parameter ? refined(parameter) : parameter,
    )
    const { requestBody, responses } = operation
    for (const part of [requestBody, ...Object.values(responses ?? {})] as Partial<WithContent>[]) {
      for (const media of Object.values(part?.content ?? {})) {
        modernize(media.schema)
        if (media.examples === undefined) media.example ??= exampleFor(media.schema, schemas)
      }
    }
  }
}

function refined(parameter: Parameter): Parameter {
  const { name, in: place, required, description, schema, ...rest } = parameter
  modernize(schema as Schema)
  // The generator says it of both.
  if (schema !== undefined && 'description' in schema) delete schema.description
  const shown = place === 'header' ? titleCase(name) : name
  return { name: shown, in: place, required, description, schema, ...rest }
}

interface WithContent {
  content: Record<string, { schema: Schema; example?: unknown; examples?: object }>
}

/** `if-match` as it is written: `If-Match`. */
function titleCase(name: string): string {
  return name.replaceAll(/(?:^|-)\w/g, (letter) => letter.toUpperCase())
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const

interface FoundOperation {
  readonly path: string
  readonly method: (typeof METHODS)[number]
  readonly operation: Operation
}

/** Every call of a document. */
export function operationsOf({ paths }: OpenApiDocument): FoundOperation[] {
  return Object.entries(paths ?? {}).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method]
      return operation === undefined ? [] : [{ path, method, operation }]
    }),
  )
}
