import { z } from 'zod'
import { DeployError } from './deploy-error.ts'

export interface Credentials {
  readonly accountId: string
  readonly token: string
  /** Of another API than Cloudflare's own; wrangler reads it from CLOUDFLARE_API_BASE_URL. */
  readonly baseUrl: string
}

/** What an account holds that a deployment creates, and how its API calls that. */
const KINDS = {
  databases: {
    path: 'd1/database',
    item: z
      .object({ name: z.string(), uuid: z.string() })
      .transform(({ name, uuid }) => [name, uuid]),
    create: (name: string, location: string | undefined) => ({
      name,
      ...(location && { primary_location_hint: location }),
    }),
  },
  namespaces: {
    path: 'storage/kv/namespaces',
    item: z.object({ title: z.string(), id: z.string() }).transform(({ title, id }) => [title, id]),
    create: (title: string) => ({ title }),
  },
  queues: {
    path: 'queues',
    item: z
      .object({ queue_name: z.string(), queue_id: z.string() })
      .transform(({ queue_name: name, queue_id: id }) => [name, id]),
    create: (name: string) => ({ queue_name: name }),
  },
} as const
export type Kind = keyof typeof KINDS

const Answer = z.object({
  success: z.boolean(),
  result: z.unknown(),
  errors: z.array(z.object({ code: z.number(), message: z.string() })).default([]),
  result_info: z.object({ total_pages: z.number().optional() }).nullish(),
})
type Answer = z.infer<typeof Answer>

const PAGE_SIZE = 100
const TIMEOUT_MS = 30_000

/** The part of an account that a deployment reads and creates by itself; the rest is wrangler's. */
export class Account {
  readonly #credentials: Credentials

  constructor(credentials: Credentials) {
    this.#credentials = credentials
  }

  /** The ids of all there is of a kind, by name. */
  async list(kind: Kind): Promise<Map<string, string>> {
    const { path, item } = KINDS[kind]
    const items = await this.#all(path)
    return new Map(items.map((one) => item.parse(one) as [string, string]))
  }

  /** Creates one and returns its id. */
  async create(kind: Kind, name: string, location?: string): Promise<string> {
    const { path, item, create } = KINDS[kind]
    const { result } = await this.#call('POST', path, create(name, location))
    const [, id = ''] = item.parse(result)
    return id
  }

  async workers(): Promise<Set<string>> {
    const scripts = z.array(z.object({ id: z.string() })).parse(await this.#all('workers/scripts'))
    return new Set(scripts.map(({ id }) => id))
  }

  /** The names of a Worker's secrets; nobody can read their values. */
  async secretsOf(worker: string): Promise<Set<string>> {
    const { result } = await this.#call('GET', `workers/scripts/${worker}/secrets`)
    const secrets = z.array(z.object({ name: z.string() })).parse(result)
    return new Set(secrets.map(({ name }) => name))
  }

  /** What the account's Workers have before `.workers.dev`. */
  async subdomain(): Promise<string> {
    const { result } = await this.#call('GET', 'workers/subdomain')
    return z.object({ subdomain: z.string() }).parse(result).subdomain
  }

  async #all(path: string): Promise<unknown[]> {
    const items: unknown[] = []
    for (let page = 1; ; page += 1) {
      const query = `?page=${page}&per_page=${PAGE_SIZE}`
      const { result, result_info: info } = await this.#call('GET', path + query)
      const found = z.array(z.unknown()).parse(result)
      items.push(...found)
      const isLast = info?.total_pages === undefined || page >= info.total_pages
      if (found.length === 0 || (isLast && found.length < PAGE_SIZE)) return items
    }
  }

  async #call(method: 'GET' | 'POST', path: string, body?: object): Promise<Answer> {
    const { accountId, token, baseUrl } = this.#credentials
    const what = `${method} ${path}`
    const response = await fetch(`${baseUrl}/accounts/${accountId}/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((cause: unknown) => {
      throw new DeployError(`Cloudflare does not answer ${what}.`, { cause })
    })
    const answer = Answer.safeParse(await response.json().catch(() => null))
    if (response.ok && answer.data?.success === true) return answer.data
    const reasons = answer.data?.errors.map(({ code, message }) => `${message} (${code})`) ?? []
    throw new DeployError(
      `Cloudflare refuses ${what}: ${response.status} ${reasons.join('; ')}`.trimEnd(),
    )
  }
}
