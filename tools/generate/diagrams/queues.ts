import { hearersOf, publisherOf } from '@kiosk/contracts/documents/asyncapi'
import { EVENTS, type EventType, type Subscriber, SUBSCRIBERS } from '@kiosk/contracts/events'
import type { WorkerSource } from '../../wiring/workers.ts'
import { GENERATED, type Diagram } from './diagram.ts'

/** From top to bottom, so that few lines cross; who is not named comes first. */
const SAYING: readonly string[] = ['users', 'payments', 'inventory', 'catalog', 'orders']
const HEARING: readonly string[] = ['orders', 'catalog', 'inventory', 'payments', 'notifications']

const TYPES = (Object.keys(EVENTS) as EventType[]).toSorted(
  (a, b) =>
    SAYING.indexOf(publisherOf(a)) - SAYING.indexOf(publisherOf(b)) ||
    HEARING.indexOf(hearersOf(a)[0] ?? '') - HEARING.indexOf(hearersOf(b)[0] ?? ''),
)

/** Who says what to whom, over which queue. */
export function queuesDiagram(workers: readonly WorkerSource[]): Diagram {
  const said = TYPES.filter((type) => hearersOf(type).length > 0)
  const publishers = [...new Set(said.map(publisherOf))]
  // Events of one Worker that the same ones hear go together, or there would be too many lines.
  const bundles = Map.groupBy(said, (type) => `${publisherOf(type)} > ${hearersOf(type).join()}`)
  return {
    path: 'docs/diagrams/queues.mmd',
    text: [
      `%% Events and their queues. ${GENERATED} from SUBSCRIPTIONS and the wrangler.toml files.`,
      'flowchart LR',
      ...publishers.map((worker) => `  ${worker}_says["\`**${worker}**\`"]:::worker`),
      ...[...bundles.values()].flatMap(([first, ...more], index) => {
        if (first === undefined) return []
        return [
          `  events${index}("\`${[first, ...more].join('\n')}\`"):::events`,
          `  ${publisherOf(first)}_says --- events${index}`,
          ...hearersOf(first).map((to) => `  events${index} ${arrowTo(to)} ${to}`),
        ]
      }),
      ...SUBSCRIBERS.map((worker) => `  ${queueNode(worker, workers)}:::queue`),
      '  classDef worker fill:#e0ecff,stroke:#3b6fd4,color:#1f2937',
      '  classDef events fill:#fef9c3,stroke:#d6b93c,color:#1f2937',
      '  classDef queue fill:#ede9fe,stroke:#7c3aed,color:#1f2937',
      '',
    ].join('\n'),
  }
}

/** Who hears most of all stands behind the others, so that no line has to cross them. */
function arrowTo(worker: Subscriber): string {
  const heard = (one: Subscriber) => TYPES.filter((type) => hearersOf(type).includes(one)).length
  const most = Math.max(...SUBSCRIBERS.map(heard))
  return heard(worker) === most ? '--->' : '-->'
}

function consumersOf(workers: readonly WorkerSource[]) {
  return workers.flatMap(({ config }) => config.queues?.consumers ?? [])
}

function queueNode(worker: string, workers: readonly WorkerSource[]): string {
  const name = `kiosk-${worker}`
  const consumer = consumersOf(workers).find(({ queue }) => queue === name)
  const lines = [`**${worker}**`, name, consumer?.dead_letter_queue ?? '']
  return `${worker}["\`${lines.join('\n')}\`"]`
}
