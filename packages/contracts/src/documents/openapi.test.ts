import { describe, expect, it } from 'vitest'
import { type ErrorCode, ERRORS } from '../errors.ts'
import { ROUTES } from '../http/index.ts'
import { DOCUMENTED_SERVICES, openApi, openApiOf, operationsOf } from './openapi.ts'
import { exampleFor, modernize, NO_EXAMPLE, type Schema } from './schemas.ts'

const document = openApi()
const operations = operationsOf(document)

describe('the OpenAPI document', () => {
  it('names every call of the contract once', () => {
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { operationId } of Object.values(ROUTES).flat()) expect(ids).toContain(operationId)
  })

  it('says of every parameter and header what it is', () => {
    const parameters = operations.flatMap(({ operation }) => operation.parameters ?? [])
    const headers = Object.values(document.components?.headers ?? {})
    expect([...parameters, ...headers].length).toBeGreaterThan(50)
    for (const one of [...parameters, ...headers]) {
      expect(one).toMatchObject({ description: expect.stringMatching(/\w/) })
    }
  })

  it('has an example of every body, with words of its own: else add one where the field is', () => {
    const missing = operations.filter(({ operation }) =>
      JSON.stringify(operation).includes(`"${NO_EXAMPLE}"`),
    )
    expect(missing.map(({ operation }) => operation.operationId)).toEqual([])
  })

  it.each(Object.values(ROUTES).flat())('tells every refusal of $operationId', (route) => {
    const found = operations.find(({ operation }) => operation.operationId === route.operationId)
    const statuses = new Set(route.refusals.map((code) => ERRORS[code].status))
    for (const status of statuses) {
      const codes = route.refusals.filter((code) => ERRORS[code].status === status)
      const response = found?.operation.responses?.[String(status)] as { $ref?: string }
      const shared = document.components?.responses as Record<string, object>
      const full =
        response.$ref === undefined ? response : shared[response.$ref.split('/').at(-1) ?? '']
      expect(codesIn(full)).toEqual(codes)
    }
  })

  it('needs nothing that it does not have, whole or in parts', () => {
    for (const whole of [document, ...DOCUMENTED_SERVICES.map(openApiOf)]) {
      const references = JSON.stringify(whole).matchAll(/"#\/components\/(\w+)\/([\w-]+)"/g)
      const components = whole.components as Record<string, Record<string, unknown>>
      for (const [, kind = '', name = ''] of references) {
        expect(Object.keys(components[kind] ?? {})).toContain(name)
      }
    }
  })

  it('writes headers as people do', () => {
    const names = new Set(
      operations.flatMap(({ operation }) =>
        (operation.parameters ?? []).flatMap((p) => ('in' in p && p.in === 'header' ? p.name : [])),
      ),
    )
    expect(names).toEqual(new Set(['Idempotency-Key', 'If-Match']))
  })
})

function codesIn(response: object | undefined): ErrorCode[] {
  const { content } = response as { content: Record<string, { examples: object }> }
  return Object.keys(content['application/problem+json']?.examples ?? {}) as ErrorCode[]
}

describe('schemas', () => {
  it('become those of JSON Schema', () => {
    const schema: Schema = {
      type: 'object',
      properties: {
        example: { type: 'string', example: 'a property may have any name' },
        status: { allOf: [{ $ref: '#/components/schemas/Status' }, { description: 'Why' }] },
        both: { allOf: [{ $ref: '#/components/schemas/A' }, { type: 'object' }] },
        kind: { type: 'string', enum: ['one'] },
      },
    }
    modernize(schema)
    expect(schema.properties).toEqual({
      example: { type: 'string', examples: ['a property may have any name'] },
      status: { $ref: '#/components/schemas/Status', description: 'Why' },
      both: { allOf: [{ $ref: '#/components/schemas/A' }, { type: 'object' }] },
      kind: { type: 'string', const: 'one' },
    })
  })

  it('give an example of what must be there, and of everything where nothing must', () => {
    const name = { type: 'string', examples: ['Ada'] }
    const properties = { name, age: { type: 'integer', minimum: 18 } }
    expect(exampleFor({ type: 'object', properties, required: ['age'] }, {})).toEqual({ age: 18 })
    expect(exampleFor({ type: 'object', properties }, {})).toEqual({ name: 'Ada', age: 18 })
  })

  it('may refer to themselves', () => {
    const $ref = '#/components/schemas/Node'
    const children = { type: 'array', items: { $ref } }
    const node = { type: 'object', properties: { children }, required: ['children'] }
    expect(exampleFor({ $ref }, { Node: node })).toEqual({ children: [] })
  })
})
