import type { WorkerSource } from '../../wiring/workers.ts'
import { GENERATED, type Diagram } from './diagram.ts'

const CLASSES = [
  '  classDef gateway fill:#3b6fd4,stroke:#274b91,color:#ffffff',
  '  classDef outside fill:#f3f4f6,stroke:#9ca3af,color:#1f2937',
  '  classDef worker fill:#e0ecff,stroke:#3b6fd4,color:#1f2937',
]

/** The Workers, what each is bound to, and who calls whom. */
export function workersDiagram(workers: readonly WorkerSource[]): Diagram {
  const [gateway, ...inner] = workers
  if (gateway === undefined) throw new Error('there are no Workers')
  const shared = sharedBindings(inner)
  return {
    path: 'docs/diagrams/workers.mmd',
    text: [
      `%% The Workers, their bindings and calls. ${GENERATED} from the wrangler.toml files.`,
      'flowchart TB',
      `  internet("internet"):::outside`,
      `  ${nodeOf(gateway, [])}:::gateway`,
      '  subgraph inner["no address: reached over service bindings only"]',
      '    direction TB',
      ...inner.map((source) => `    ${nodeOf(source, shared)}:::worker`),
      ...callsAmong(inner, shared).map((call) => `    ${call}`),
      ...besides(inner, shared).map((line) => `    ${line}`),
      '  end',
      '  internet -->|"HTTPS"| gateway',
      `  gateway -->|"${reachOf(gateway, inner)}"| inner`,
      ...CLASSES,
      '',
    ].join('\n'),
  }
}

interface Call {
  readonly from: string
  readonly to: string
  /** The RPC entrypoint; HTTP when there is none. */
  readonly entrypoint: string | null
}

function callsOf({ worker, config }: WorkerSource): Call[] {
  return (config.services ?? []).map(({ service, entrypoint }) => ({
    from: worker,
    to: service.replace(/^kiosk-/, ''),
    entrypoint: entrypoint ?? null,
  }))
}

/** Workers that all others call over HTTP: a line from everywhere would hide the rest. */
function sharedBindings(workers: readonly WorkerSource[]): string[] {
  return workers
    .map(({ worker }) => worker)
    .filter((target) =>
      workers.every(
        (source) =>
          source.worker === target ||
          callsOf(source).some(({ to, entrypoint }) => to === target && entrypoint === null),
      ),
    )
}

function callsAmong(workers: readonly WorkerSource[], shared: readonly string[]): string[] {
  return workers
    .flatMap(callsOf)
    .filter(({ to, entrypoint }) => entrypoint !== null || !shared.includes(to))
    .map(({ from, to, entrypoint }) => `${from} -->|"${entrypoint ?? 'HTTP'}"| ${to}`)
}

/** Invisible lines that keep those who neither call nor are called beside the others. */
function besides(workers: readonly WorkerSource[], shared: readonly string[]): string[] {
  const calls = callsAmong(workers, shared)
  const below = calls.at(-2)?.split(' ').at(-1)
  return workers
    .map(({ worker }) => worker)
    .filter((worker) => calls.every((call) => !call.split(' ').includes(worker)))
    .map((worker) => `${worker} ~~~ ${below}`)
}

/** How the gateway reaches the others: said once, because it is the same for each of them. */
function reachOf(gateway: WorkerSource, inner: readonly WorkerSource[]): string {
  const calls = callsOf(gateway)
  const ways = inner.map(({ worker, config }) =>
    calls
      .filter(({ to }) => `kiosk-${to}` === config.name)
      .map(({ entrypoint }) => nameless(entrypoint ?? 'HTTP', worker))
      .join(' and '),
  )
  const [way = ''] = ways
  if (ways.some((other) => other !== way)) throw new Error('the gateway does not bind all alike')
  return `each over ${way}`
}

/** `OrdersAudit` of orders is the `…Audit` of any. */
function nameless(entrypoint: string, worker: string): string {
  const name = worker.charAt(0).toUpperCase() + worker.slice(1)
  return entrypoint.startsWith(name) ? `…${entrypoint.slice(name.length)}` : entrypoint
}

function nodeOf({ worker, config }: WorkerSource, shared: readonly string[]): string {
  const objects = config.durable_objects?.bindings ?? []
  const lines = [
    `**${worker}**`,
    ...(config.d1_databases ?? []).map(({ database_name: name = '' }) => `D1 ${name}`),
    ...(config.kv_namespaces ?? []).map(({ binding }) => `KV ${binding}`),
    ...objects.map(({ class_name: className }) => `object ${className}`),
    ...(config.send_email ?? []).map(({ name }) => `mail ${name}`),
    ...((config.ratelimits ?? []).length > 0 ? ['rate limits'] : []),
    ...(config.assets === undefined ? [] : ['assets of /docs']),
    ...((config.triggers?.crons ?? []).length > 0 ? ['cron'] : []),
    ...(shared.includes(worker) ? ['called by all others'] : []),
  ]
  return `${worker}["\`${lines.join('\n')}\`"]`
}
