import { setTimeout as sleep } from 'node:timers/promises'
import getPort from 'get-port'
import { WORKERS } from '../build.ts'
import { runClient, type Memory } from '../kill/clients.ts'
import { Account } from '../own-shop/account.ts'
import { clientOf } from '../own-shop/http.ts'
import { audit, registerAccounts, stockProduct } from '../own-shop/shopkeeper.ts'
import { table } from '../own-shop/table.ts'
import { ADMIN_EMAIL, DEVELOPMENT_PASSWORD } from '../seed/accounts.ts'
import { step, type StepView } from '../step.ts'
import { Containers, SERVICES, type Service } from './containers.ts'
import { engine } from './engine.ts'
import { checkHardening, checkRefusal } from './hardening.ts'
import { imageOf, sizeOf } from './images.ts'
import { checkDeals } from './promises.ts'
import { script } from './script.ts'

const SKUS = 4
const UNITS = 100_000
/** How long people buy before each kill. */
const SELLING_MS = 4_000
/** How long a container stays away. */
const AWAY_MS = 2_000

/** What is seen of one container. */
interface Row {
  imageMb: number | string
  idle: string
  after: string
  inFlight: number
  promised: number
  backAfterMs: number
  exitCode: string
}

/** Everything that docs/containers.md says was seen. Returns the broken promises. */
export async function prove(clients: number, isKeeping: boolean): Promise<string[]> {
  const shop = new Containers('kiosk-proof', await getPort())
  const send = clientOf(shop.url, 4 * clients)
  const startedAt = new Date()
  const rows = new Map<Service, Row>()
  const row = (service: Service): Row => {
    const known = rows.get(service) ?? { ...UNKNOWN }
    rows.set(service, known)
    return known
  }
  try {
    const faults = await step('Secrets', () => checkRefusal(imageOf('users')))
    await step('Images', ({ say }) => measureImages(row, say))
    await step('Start', ({ say }) => start(shop, say))
    await step('Memory', async ({ say }) => {
      say(`${await measureMemory(shop, (service, used) => (row(service).idle = used))} MiB in all`)
    })
    faults.push(...(await step('Hardening', () => checkHardening(shop))))
    await step('Seed', () => script('tools/containers/seed.ts', shop.url))
    await step('Demo', () => script('tools/demo.ts', shop.url))

    const admin = new Account(send, ADMIN_EMAIL, DEVELOPMENT_PASSWORD)
    const skus = await step('Stock', () =>
      Promise.all(Array.from({ length: SKUS }, () => stockProduct(admin, UNITS))),
    )
    const people = await step('Buyers', () => registerAccounts(send, clients))
    const memory: Memory = { deals: [], faults: [], inFlight: 0, retries: 0, isClosing: false }
    const buying = people.map((account) => runClient(account, skus, memory))
    for (const service of SERVICES) {
      await step(`Kill ${service}`, (view) => killOnce(shop, service, memory, row(service), view))
    }
    await step('Last orders', async ({ say }) => {
      memory.isClosing = true
      await Promise.all(buying)
      say(`${memory.deals.length} orders, each paid; ${memory.retries} requests were sent again`)
    })
    faults.push(...memory.faults)
    faults.push(...(await step('Orders', () => checkDeals(admin, memory.deals, skus, UNITS))))
    // As after the loss of a broker's volume: a storm of messages, none of which may change anything.
    await step('Republish', async ({ say }) => {
      const body = { since: startedAt.toISOString() }
      const { republished } = await admin.get({ path: '/v1/ops/republish', body }, 202)
      say(`${String(republished)} events once more`)
    })
    faults.push(...(await step('Orders again', () => checkDeals(admin, memory.deals, skus, UNITS))))
    faults.push(
      ...(await step('Audit', async ({ say }) => {
        const found = await audit(admin)
        say(`${found.length} violations`)
        return found
      })),
    )
    await measureMemory(shop, (service, used) => (row(service).after = used))
    if (!isKeeping) faults.push(...(await step('Stop', () => stop(shop, row))))
    print(rows)
    return faults
  } catch (error) {
    for (const service of SERVICES) console.error(await shop.logs(service, 5).catch(() => ''))
    throw error
  } finally {
    if (isKeeping) console.log(`The shop is still at ${shop.url}`)
    else await shop.remove()
  }
}

const UNKNOWN: Row = {
  imageMb: '',
  idle: '',
  after: '',
  inFlight: 0,
  promised: 0,
  backAfterMs: 0,
  exitCode: '',
}

type Say = StepView['say']

async function measureImages(row: (service: Service) => Row, say: Say): Promise<void> {
  for (const worker of WORKERS) row(worker).imageMb = await sizeOf(worker)
  say(`${WORKERS.length} are there`)
}

async function start(shop: Containers, say: Say): Promise<void> {
  const startedAt = Date.now()
  await shop.up()
  await shop.healthy()
  const seconds = Math.round((Date.now() - startedAt) / 1000)
  const id = await shop.id('broker')
  const version = await engine('exec', id, 'rabbitmqctl', 'version').catch(() => 'unknown')
  say(`${shop.url}, all healthy after ${seconds} s, RabbitMQ ${version.split('\n').at(-1)}`)
}

async function killOnce(
  shop: Containers,
  service: Service,
  memory: Memory,
  row: Row,
  { say }: StepView,
): Promise<void> {
  await sleep(SELLING_MS)
  row.inFlight = memory.inFlight
  row.promised = memory.deals.length
  const killedAt = Date.now()
  await shop.kill(service)
  await sleep(AWAY_MS)
  await shop.start(service)
  await shop.healthy([service])
  row.backAfterMs = Date.now() - killedAt
  const seconds = (row.backAfterMs / 1000).toFixed(1)
  say(`${row.inFlight} in flight, ${row.promised} orders before, healthy after ${seconds} s`)
}

async function stop(shop: Containers, row: (service: Service) => Row): Promise<string[]> {
  const codes = await shop.stop()
  for (const [service, code] of codes) row(service).exitCode = code
  return WORKERS.flatMap((worker) => {
    const code = codes.get(worker)
    return code === '0' ? [] : [`${worker} did not stop in order: it ended with ${code}`]
  })
}

/** Tells the memory of each container, MiB, and returns the sum. */
async function measureMemory(
  shop: Containers,
  tell: (service: Service, used: string) => void,
): Promise<number> {
  let sum = 0
  for (const service of SERVICES) {
    const id = await shop.id(service)
    const usage = await engine('stats', '--no-stream', '--format', '{{.MemUsage}}', id)
    const mib = toMib(usage.split('/')[0]?.trim() ?? '')
    sum += mib
    tell(service, String(Math.round(mib)))
  }
  return Math.round(sum)
}

const MIB = 1024 * 1024
const UNITS_OF_MEMORY: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KiB: 1024,
  MB: 1e6,
  MiB: MIB,
  GB: 1e9,
  GiB: 1024 * MIB,
}

function toMib(text: string): number {
  const [, amount = '0', unit = 'B'] = /^([\d.]+)\s*(\w+)$/.exec(text) ?? []
  return (Number(amount) * (UNITS_OF_MEMORY[unit] ?? 0)) / MIB
}

function print(rows: ReadonlyMap<Service, Row>): void {
  const lines = [...rows].map(([service, row]) => [
    service,
    row.imageMb,
    row.idle,
    row.after,
    row.inFlight,
    row.promised,
    (row.backAfterMs / 1000).toFixed(1),
    row.exitCode,
  ])
  console.log(`\n${table(HEADINGS, lines)}\n`)
}

const HEADINGS = [
  'container',
  'image MB',
  'idle MiB',
  'after MiB',
  'in flight at kill',
  'orders before',
  'healthy after s',
  'exit code',
]
