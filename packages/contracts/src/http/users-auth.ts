import { z } from '@hono/zod-openapi'
import { Email, line, Locale } from '../primitives/text.ts'
import { defineRoute, jsonAnswer, jsonBody } from './route.ts'
import { GivenPassword, NAME_MAX, NewPassword, UserView } from './users-view.ts'

const tags: [string] = ['users']
const TOKEN_MAX = 200
const OPAQUE_TOKEN = 'q1hGx0nD3bqvYbYt2Jm8kLwR5sT7uVzA9cE4fHiKjM0'

/** An opaque token. What was never handed out is wrong, not malformed. */
const GivenToken = z.string().min(1).max(TOKEN_MAX).openapi({ example: OPAQUE_TOKEN })

export const SessionView = z
  .object({
    user: UserView,
    accessToken: z.string().openapi({
      description: 'A JWT, signed with a key of the JWKS',
      example: 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ1c3JfMDFKRCJ9.c2lnbmF0dXJl',
    }),
    refreshToken: z.string().openapi({
      description: 'Opaque; good for one use',
      example: OPAQUE_TOKEN,
    }),
    expiresIn: z.number().int().openapi({
      description: 'Seconds that the access token lives',
      example: 900,
    }),
  })
  .openapi('Session')
export type SessionView = z.infer<typeof SessionView>

export const RegisterRequest = z
  .object({
    email: Email,
    password: NewPassword,
    name: line(NAME_MAX, 'Ada Lovelace'),
    locale: Locale.default('en'),
  })
  .openapi('RegisterRequest')

export const register = defineRoute({
  operationId: 'register',
  method: 'post',
  path: '/v1/auth/register',
  tags,
  access: 'anyone',
  summary: 'Opens a customer account and signs in',
  request: { body: jsonBody(RegisterRequest) },
  errors: ['email_taken'],
  responses: { 201: jsonAnswer('The account and its first session', SessionView) },
})

export const LoginRequest = z
  .object({ email: Email, password: GivenPassword })
  .openapi('LoginRequest')

export const login = defineRoute({
  operationId: 'login',
  method: 'post',
  path: '/v1/auth/login',
  tags,
  access: 'anyone',
  summary: 'Signs in with email and password',
  description: 'After too many failures the account is locked for a while, known or not (429).',
  request: { body: jsonBody(LoginRequest) },
  errors: ['invalid_credentials'],
  responses: { 200: jsonAnswer('A new session', SessionView) },
})

export const RefreshRequest = z.object({ refreshToken: GivenToken }).openapi('RefreshRequest')

export const refresh = defineRoute({
  operationId: 'refresh',
  method: 'post',
  path: '/v1/auth/refresh',
  tags,
  access: 'anyone',
  summary: 'Exchanges a refresh token for new tokens',
  description: 'Each refresh token works once. Using a spent one again ends its whole session.',
  request: { body: jsonBody(RefreshRequest) },
  errors: ['invalid_refresh_token'],
  responses: { 200: jsonAnswer('The same session with new tokens', SessionView) },
})

export const logout = defineRoute({
  operationId: 'logout',
  method: 'post',
  path: '/v1/auth/logout',
  tags,
  access: 'anyone',
  summary: 'Ends the session of a refresh token, if there is one',
  request: { body: jsonBody(RefreshRequest) },
  responses: { 204: { description: 'The session is over' } },
})

export const PasswordResetRequest = z.object({ email: Email }).openapi('PasswordResetRequest')

export const requestPasswordReset = defineRoute({
  operationId: 'requestPasswordReset',
  method: 'post',
  path: '/v1/auth/password-reset',
  tags,
  access: 'anyone',
  summary: 'Mails a one-time token to the account, if there is one',
  request: { body: jsonBody(PasswordResetRequest) },
  responses: {
    202: jsonAnswer(
      'The same answer whether or not the account exists',
      z.object({ status: z.literal('accepted') }).openapi('PasswordResetAccepted'),
    ),
  },
})

export const PasswordResetConfirmation = z
  .object({ token: GivenToken, password: NewPassword })
  .openapi('PasswordResetConfirmation')

export const confirmPasswordReset = defineRoute({
  operationId: 'confirmPasswordReset',
  method: 'post',
  path: '/v1/auth/password-reset/confirm',
  tags,
  access: 'anyone',
  summary: 'Sets a new password with a mailed token and ends every session',
  request: { body: jsonBody(PasswordResetConfirmation) },
  errors: ['invalid_reset_token'],
  responses: { 204: { description: 'The new password holds' } },
})

/** The public half of an Ed25519 signing key (RFC 8037). */
export const PublicJwk = z
  .object({
    kty: z.literal('OKP'),
    crv: z.literal('Ed25519'),
    x: z.string().openapi({ example: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }),
    kid: z.string().openapi({ example: '2026-11-20' }),
    alg: z.literal('EdDSA'),
    use: z.literal('sig'),
  })
  .openapi('PublicJwk')
export type PublicJwk = z.infer<typeof PublicJwk>

export const getJwks = defineRoute({
  operationId: 'getJwks',
  method: 'get',
  path: '/.well-known/jwks.json',
  tags,
  access: 'anyone',
  summary: 'The public keys that verify access tokens',
  responses: {
    200: jsonAnswer('A JSON Web Key Set', z.object({ keys: z.array(PublicJwk) }).openapi('Jwks')),
  },
})
