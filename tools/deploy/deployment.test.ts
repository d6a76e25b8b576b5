import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TEST_SECRETS } from '../../tests/support/secrets.ts'
import { ADMIN_EMAIL, DEVELOPMENT_PASSWORD } from '../seed/accounts.ts'
import { readWorkers } from '../wiring/workers.ts'
import { deploy, type Means, rehearse } from './deployment.ts'
import { type Options, readOptions } from './options.ts'
import type { Values } from './secrets.ts'
import { ACCOUNT_ID, startStandIn, type StandIn, TOKEN } from './stand-in/cloudflare.ts'
import { fakeWrangler } from './stand-in/fake-wrangler.ts'
import { wranglerFor } from './wrangler.ts'

const ADMIN = { ADMIN_EMAIL: 'ops@example.org', ADMIN_PASSWORD: 'correct horse battery' }

let cloudflare: StandIn
let folder: string
beforeEach(async () => {
  cloudflare = await startStandIn()
  folder = mkdtempSync(join(tmpdir(), 'kiosk-deployment-'))
})
afterEach(async () => {
  await cloudflare.close()
  rmSync(folder, { recursive: true })
})

function options(given: Values = ADMIN, ...args: string[]): Options {
  return readOptions(['staging', ...args], {
    CLOUDFLARE_ACCOUNT_ID: ACCOUNT_ID,
    CLOUDFLARE_API_TOKEN: TOKEN,
    CLOUDFLARE_API_BASE_URL: cloudflare.baseUrl,
    ...given,
  })
}

/** Everything but the account, which answers as itself: no display, no real Workers. */
function means(commands: string[] = []): Means {
  return {
    step: (_title, play) => play({ say: () => undefined, progress: () => undefined }),
    wranglerFor: () => fakeWrangler(cloudflare.state, commands),
    smokeTest: async (url) => [url],
    folder,
  }
}

const changes = () => cloudflare.calls.filter((call) => !call.startsWith('GET'))

describe('the first deployment of an environment', () => {
  it('creates what is missing, migrates, and deploys callees before callers', async () => {
    const commands: string[] = []
    const done = await deploy(readWorkers(), options(), means(commands))

    expect([...cloudflare.state.databases.keys()]).toHaveLength(6)
    expect([...cloudflare.state.namespaces.keys()]).toEqual([
      'kiosk-catalog-cache-staging',
      'kiosk-notification-templates-staging',
    ])
    expect([...cloudflare.state.queues.keys()]).toContain('kiosk-orders-staging')
    expect([...cloudflare.state.queues.keys()]).toContain('kiosk-orders-staging-dlq')
    expect(commands.filter((command) => command.startsWith('migrate'))).toHaveLength(6)
    const deployed = commands.filter((command) => command.startsWith('deploy'))
    expect(deployed).toHaveLength(7)
    expect(deployed[0]).toBe('deploy kiosk-users-staging')
    expect(deployed.at(-1)).toBe('deploy kiosk-gateway-staging')
    expect(done).toContain('created queue kiosk-orders-staging-dlq')
    expect(done).toContain('seen https://kiosk-gateway-staging.stand-in.workers.dev')
  })

  it('gives each Worker its secrets and tells nobody their values', async () => {
    const done = await deploy(readWorkers(), options(), means())
    const users = cloudflare.state.scripts.get('kiosk-users-staging')?.secrets ?? new Map()
    expect([...users.keys()].sort()).toEqual([
      'ADMIN_EMAIL',
      'ADMIN_PASSWORD',
      'KEY_ENCRYPTION_KEY',
    ])
    expect(users.get('KEY_ENCRYPTION_KEY')).toMatch(/^[\w-]{43}$/)
    const payments = cloudflare.state.scripts.get('kiosk-payments-staging')?.secrets
    expect(payments?.get('SIMULATED_WEBHOOK_SECRET')).toMatch(/^whsec_[A-Za-z0-9+/=]{44}$/)
    for (const value of users.values()) expect(done.join('\n')).not.toContain(value)
  })
})

describe('another deployment', () => {
  it('creates nothing and keeps every secret, without being told them again', async () => {
    await deploy(readWorkers(), options(), means())
    const secrets = cloudflare.state.scripts.get('kiosk-users-staging')?.secrets
    cloudflare.calls.length = 0

    const done = await deploy(readWorkers(), options({}), means())
    expect(changes()).toEqual([])
    expect(cloudflare.state.scripts.get('kiosk-users-staging')?.secrets).toEqual(secrets)
    expect(done.filter((line) => !/^(deployed|seen) /.test(line))).toEqual([])
  })

  it('replaces the secrets that it is told to, and no others', async () => {
    await deploy(readWorkers(), options(), means())
    const before = cloudflare.state.scripts.get('kiosk-payments-staging')?.secrets
    const users = cloudflare.state.scripts.get('kiosk-users-staging')?.secrets
    await deploy(readWorkers(), options({}, '--replace=SIMULATED_WEBHOOK_SECRET'), means())
    expect(cloudflare.state.scripts.get('kiosk-payments-staging')?.secrets).not.toEqual(before)
    expect(cloudflare.state.scripts.get('kiosk-users-staging')?.secrets).toEqual(users)
  })

  it('goes on after a Worker that could not be uploaded', async () => {
    const commands: string[] = []
    const working = means(commands)
    const failing: Means = {
      ...working,
      wranglerFor: (credentials) => async (args) => {
        if (args.join(' ').includes('/orders/') && args[0] === 'deploy') throw new Error('no line')
        return working.wranglerFor(credentials)(args)
      },
    }
    await expect(deploy(readWorkers(), options(), failing)).rejects.toThrow('no line')
    expect([...cloudflare.state.scripts.keys()]).not.toContain('kiosk-orders-staging')
    const key = () => cloudflare.state.scripts.get('kiosk-users-staging')?.secrets
    const before = key()

    await deploy(readWorkers(), options(), working)
    expect(cloudflare.state.scripts.size).toBe(7)
    expect(key()).toEqual(before)
  })

  it('goes on where Cloudflare stopped it', async () => {
    cloudflare.failOn = 'POST queues'
    await expect(deploy(readWorkers(), options(), means())).rejects.toThrow(
      'Cloudflare refuses POST queues: 500 Internal error (10013)',
    )
    expect(cloudflare.state.scripts.size).toBe(0)

    cloudflare.failOn = null
    cloudflare.calls.length = 0
    await deploy(readWorkers(), options(), means())
    expect(changes().filter((call) => call !== 'POST queues')).toEqual([])
    expect(cloudflare.state.queues.size).toBe(10)
    expect(cloudflare.state.scripts.size).toBe(7)
  })
})

describe('it refuses, before anything is changed,', () => {
  afterEach(() => {
    expect(changes()).toEqual([])
  })

  it.each([
    ['the documented password', { ADMIN_PASSWORD: DEVELOPMENT_PASSWORD }],
    ['a password that is easy to guess', { ADMIN_PASSWORD: 'admin' }],
    ['the admin of the development shop', { ADMIN_EMAIL }],
    ['a key of the tests', { KEY_ENCRYPTION_KEY: TEST_SECRETS.KEY_ENCRYPTION_KEY }],
  ])('%s', async (_, given) => {
    const refused = deploy(readWorkers(), options({ ...ADMIN, ...given }), means())
    await expect(refused).rejects.toThrow(/for development only:\n {2}(ADMIN|KEY)/)
  })

  it('to go on without an admin', async () => {
    await expect(deploy(readWorkers(), options({}), means())).rejects.toThrow(
      'ADMIN_EMAIL of users\n  ADMIN_PASSWORD of users',
    )
  })

  it('a secret that does not exist, and a token that is not valid', async () => {
    const unknown = options(ADMIN, '--replace=PASSWORD')
    await expect(deploy(readWorkers(), unknown, means())).rejects.toThrow('no secret PASSWORD')
    const foreign = options({ ...ADMIN, CLOUDFLARE_API_TOKEN: 'foreign' })
    await expect(deploy(readWorkers(), foreign, means())).rejects.toThrow('401 Authentication')
  })
})

describe('a dry run', () => {
  it('says what would be done, also without an account, and does none of it', async () => {
    const commands: string[] = []
    const alone = readOptions(['production', '--dry-run'], {})
    const plan = (await rehearse(readWorkers(), alone, means(commands))).join('\n')
    expect(plan).toContain('databases: create 6\n    kiosk-catalog-production')
    expect(plan).toContain('ADMIN_PASSWORD of users (still to be given)')
    expect(cloudflare.calls).toEqual([])
  })

  it('says what is there already', async () => {
    await deploy(readWorkers(), options(), means())
    cloudflare.calls.length = 0
    const plan = (await rehearse(readWorkers(), options({}, '--dry-run'), means())).join('\n')
    expect(plan).toContain('databases: create 0 (6 are there)')
    expect(plan).toContain('secrets: set 0')
    expect(changes()).toEqual([])
  })
})

it('drives the real wrangler through the same API', async () => {
  // Three Workers have every kind of binding between them; all seven take a minute.
  const [gateway, ...others] = readWorkers().filter(({ worker }) => PART.includes(worker))
  if (gateway === undefined) throw new Error('the gateway is a Worker')
  const services = gateway.config.services?.filter(({ service }) =>
    others.some(({ config }) => config.name === service),
  )
  const workers = [
    { ...gateway, config: { ...gateway.config, services: services ?? [] } },
    ...others,
  ]
  await deploy(workers, options(), { ...means(), wranglerFor })

  const users = cloudflare.state.scripts.get('kiosk-users-staging')
  expect(users).toMatchObject({ isPublic: false, migrationTag: 'v1', versions: 1 })
  expect(users?.crons).toEqual([{ cron: '* * * * *' }])
  expect(users?.secrets.get('ADMIN_EMAIL')).toBe(ADMIN.ADMIN_EMAIL)
  expect(cloudflare.state.scripts.get('kiosk-gateway-staging')?.isPublic).toBe(true)
  const queue = cloudflare.state.queues.get('kiosk-notifications-staging')
  expect(queue?.consumers).toMatchObject([
    {
      script: 'kiosk-notifications-staging',
      dead_letter_queue: 'kiosk-notifications-staging-dlq',
      settings: { batch_size: 25, max_retries: 8, max_wait_time_ms: 1_000, retry_delay: 1 },
    },
  ])
  const { sqlite } = cloudflare.state.databases.get('kiosk-users-staging') ?? {}
  expect(sqlite?.prepare('SELECT count(*) AS n FROM users').get()).toEqual({ n: 0 })
}, 300_000)
const PART = ['gateway', 'users', 'notifications']
