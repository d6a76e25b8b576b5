import { setTimeout as sleep } from 'node:timers/promises'
import { WORKERS } from '../build.ts'
import { compose, engine } from './engine.ts'

const HEALTHY_WITHIN_MS = 10 * 60_000
const POLL_MS = 500
/** As long as docker-compose.yml gives them. */
const STOP_WITHIN_SECONDS = '30'

/** Every container of a shop, by its service in docker-compose.yml. */
export const SERVICES = [...WORKERS, 'broker'] as const
export type Service = (typeof SERVICES)[number]

/** A shop in containers of its own, beside any other one of this machine. */
export class Containers {
  readonly url: string
  readonly #environment: Readonly<Record<string, string>>
  readonly #ids = new Map<Service, Promise<string>>()

  constructor(name: string, port: number) {
    this.url = `http://127.0.0.1:${port}`
    this.#environment = {
      COMPOSE_PROJECT_NAME: name,
      PORT: String(port),
      KIOSK_MODE: 'development',
    }
  }

  async up(): Promise<void> {
    await this.#compose('up', '--detach', '--no-build')
  }

  /** Stops all of them in order, and says how each ended: 0 when it was not cut off. */
  async stop(): Promise<Map<Service, string>> {
    const codes = SERVICES.map(async (service) => {
      await engine('stop', '--time', STOP_WITHIN_SECONDS, await this.id(service))
      return [service, await this.inspect(service, '{{.State.ExitCode}}')] as const
    })
    return new Map(await Promise.all(codes))
  }

  /** Deletes all that it left behind. */
  async remove(): Promise<void> {
    await this.#compose('down', '--volumes', '--timeout', '5')
  }

  /** Ends a container as the kernel does when memory runs out. */
  async kill(service: Service): Promise<void> {
    await engine('kill', '--signal', 'KILL', await this.id(service))
  }

  async start(service: Service): Promise<void> {
    await engine('start', await this.id(service))
  }

  /** Waits until containers say that they are well. */
  async healthy(services: readonly Service[] = SERVICES): Promise<void> {
    const deadline = Date.now() + HEALTHY_WITHIN_MS
    for (const service of services) {
      while (!(await this.#isHealthy(service))) {
        if (Date.now() > deadline) {
          throw new Error(`${service} does not become healthy:\n${await this.logs(service)}`)
        }
        await sleep(POLL_MS)
      }
    }
  }

  async logs(service: Service, lines = 20): Promise<string> {
    return await engine('logs', '--tail', String(lines), await this.id(service))
  }

  async inspect(service: Service, format: string): Promise<string> {
    return await engine('inspect', '--format', format, await this.id(service))
  }

  /** The id of a container; it keeps it when it is started again. */
  id(service: Service): Promise<string> {
    const known = this.#ids.get(service) ?? this.#find(service)
    this.#ids.set(service, known)
    return known
  }

  async #compose(...args: readonly string[]): Promise<string> {
    return await compose(this.#environment, ...args)
  }

  async #find(service: Service): Promise<string> {
    const ids = await this.#compose('ps', '--quiet', service)
    const [id = ''] = ids.split('\n')
    if (id === '') throw new Error(`there is no container ${service}`)
    return id
  }

  async #isHealthy(service: Service): Promise<boolean> {
    const text = await this.inspect(service, '{{json .State}}')
    const { Health: health, StartedAt: startedAt } = JSON.parse(text) as State
    // What was seen before it was started again says nothing of now.
    const isNew = Date.parse(health?.Log?.at(-1)?.Start ?? '') > Date.parse(startedAt)
    return health?.Status === 'healthy' && isNew
  }
}

interface State {
  readonly StartedAt: string
  readonly Health?: {
    readonly Status: string
    readonly Log?: readonly { readonly Start: string }[] | null
  }
}
