import { randomUUID } from 'node:crypto'
import { ADMIN_EMAIL, DEVELOPMENT_PASSWORD } from '../seed/accounts.ts'
import { readDevVars } from '../start/dev-vars.ts'
import { textIn, type Answer, type Call, type Send } from './http.ts'
import { persist, type Outcome } from './persist.ts'

// Access tokens live for 15 minutes; these tools may run for longer.
const RENEW_AFTER_MS = 10 * 60_000

/** Somebody signed in for as long as it takes, over any number of restarts. */
export class Account {
  readonly #send: Send
  readonly #email: string
  readonly #password: string
  #token: { readonly value: Promise<string>; readonly at: number } | undefined

  constructor(send: Send, email: string, password: string) {
    this.#send = send
    this.#email = email
    this.#password = password
  }

  static async register(send: Send): Promise<Account> {
    const email = `buyer-${randomUUID()}@kiosk.test`
    const body = { email, password: DEVELOPMENT_PASSWORD, name: 'Buyer' }
    const { answer } = await persist(send, { path: '/v1/auth/register', body })
    expectStatus(answer, 201, 'registering')
    return new Account(send, email, DEVELOPMENT_PASSWORD)
  }

  static admin(send: Send): Account {
    const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = readDevVars('users')
    return new Account(send, email ?? ADMIN_EMAIL, password ?? DEVELOPMENT_PASSWORD)
  }

  /** Asks until there is a definite answer. */
  async ask(call: Call): Promise<Outcome> {
    return await persist(this.#send, { ...call, token: await this.#currentToken() })
  }

  /** Asks for what must be had. */
  async get(call: Call, status = 200): Promise<Record<string, unknown>> {
    const { answer } = await this.ask(call)
    return expectStatus(answer, status, call.path)
  }

  #currentToken(): Promise<string> {
    if (this.#token === undefined || Date.now() - this.#token.at > RENEW_AFTER_MS) {
      this.#token = { value: this.#signIn(), at: Date.now() }
    }
    return this.#token.value
  }

  async #signIn(): Promise<string> {
    const body = { email: this.#email, password: this.#password }
    const { answer } = await persist(this.#send, { path: '/v1/auth/login', body })
    expectStatus(answer, 200, 'signing in')
    return textIn(answer, 'accessToken') ?? ''
  }
}

function expectStatus(answer: Answer | undefined, status: number, what: string) {
  if (answer?.status === status && answer.body !== undefined) return answer.body
  throw new Error(`${what}: ${answer?.status ?? 'no answer'} ${JSON.stringify(answer?.body)}`)
}
