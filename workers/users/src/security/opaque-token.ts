import { base64url } from 'jose'

const TOKEN_BYTES = 32

/** A secret for a client to keep, and what this side stores instead of it. */
export interface OpaqueToken {
  readonly token: string
  readonly tokenHash: string
}

/** 256 random bits need no salt and no slow hash: nobody guesses them. */
export async function newOpaqueToken(): Promise<OpaqueToken> {
  const token = base64url.encode(crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)))
  return { token, tokenHash: await sha256(token) }
}

/** SHA-256 of a text, base64url. */
export async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return base64url.encode(new Uint8Array(digest))
}
