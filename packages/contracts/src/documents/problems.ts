import { type ErrorCode, ERRORS, type Problem, PROBLEM_TYPE_BASE } from '../errors.ts'
import { type HeaderName, headers } from '../http/headers.ts'

const ALL_CODES = Object.keys(ERRORS) as ErrorCode[]

/** What examples say beyond what every problem says. */
const PARTICULARS: Partial<Record<ErrorCode, Partial<Problem>>> = {
  validation_failed: {
    detail: 'lines.0.quantity: must be at least 1',
    errors: [{ path: 'lines.0.quantity', message: 'must be at least 1' }],
  },
  insufficient_stock: { shortages: [{ sku: 'TEE-BLUE-M', requested: 5, available: 2 }] },
}

/** One problem of each code. */
export const PROBLEM_EXAMPLES = Object.fromEntries(
  ALL_CODES.map((code) => [code, { summary: ERRORS[code].title, value: exampleOf(code) }]),
)

/** The responses that refuse for one reason. Those that can for several belong to their operation. */
export const PROBLEM_RESPONSES = Object.fromEntries(
  ALL_CODES.map((code) => [nameOf(code), responseFor([code])]),
)

/** The refusals of an operation by their status. */
export function problemResponses(codes: readonly ErrorCode[]) {
  const byStatus = Map.groupBy(codes, (code) => ERRORS[code].status)
  return Object.fromEntries(
    [...byStatus].map(([status, together]) => {
      const [only, another] = together
      const isOnly = only !== undefined && another === undefined
      const shared = isOnly && { $ref: `#/components/responses/${nameOf(only)}` }
      return [status, shared || responseFor(together)]
    }),
  )
}

function responseFor(codes: readonly ErrorCode[]) {
  const status = codes[0] && ERRORS[codes[0]].status
  return {
    description: codes.map((code) => `\`${code}\`: ${ERRORS[code].title}.`).join(' '),
    headers: headers('X-Request-Id', 'traceparent', ...headersOf(status)),
    content: {
      'application/problem+json': {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Problem' },
            {
              type: 'object' as const,
              properties: { status: { const: status }, code: { enum: [...codes] } },
            },
          ],
        },
        examples: Object.fromEntries(
          codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]),
        ),
      },
    },
  }
}

function headersOf(status: number | undefined): HeaderName[] {
  if (status === 401) return ['WWW-Authenticate']
  return status === 429 || status === 503 ? ['Retry-After'] : []
}

function exampleOf(code: ErrorCode): Problem {
  const { status, title } = ERRORS[code]
  return {
    type: PROBLEM_TYPE_BASE + code,
    title,
    status,
    code,
    detail: title,
    requestId: '0f8b6c1e-5c0e-4a59-9b57-6f3c9b1f2f10',
    ...PARTICULARS[code],
  }
}

/** `email_taken` as the name of a component: `EmailTaken`. */
function nameOf(code: ErrorCode): string {
  return code.replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase())
}
