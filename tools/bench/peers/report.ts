import { cellOf, quietness, ranOn, table } from '../report.ts'
import { judgeAims, type PeersResult, type Row, ROWS, timesAsGood } from './result.ts'

/** The table of a run, as a page of Markdown. */
export function peersReportOf(result: PeersResult): string {
  return [
    '# Kiosk beside other backends',
    INTRODUCTION,
    machineOf(result),
    quietness(result.noise),
    tableOf(result),
    '![Kiosk beside other backends](peers.svg)',
    ...aimsOf(result),
    METHOD,
  ].join('\n\n')
}

const INTRODUCTION = `Written by \`pnpm bench:peers\`; do not edit. Each number is the median of all rounds, with the least and the
most beside it; \`peers.json\` has the values of every round. Ratios above 1 say that Kiosk is that many times as fast or
as small.`

function machineOf(result: PeersResult): string {
  const { products, rounds, seconds, state } = result.settings
  return (
    `${ranOn(result)} ${products} products, ${rounds} round${rounds === 1 ? '' : 's'}, pages for ${seconds} s, ` +
    `all data on ${state === 'ram' ? 'a RAM disk' : 'disk'}.`
  )
}

function tableOf(result: PeersResult): string {
  const names = [...new Set(result.figures.map(({ subject }) => subject))].toSorted(
    (a, b) => Number(b === 'Kiosk') - Number(a === 'Kiosk'),
  )
  const others = names.filter((name) => name !== 'Kiosk')
  const metricOf = (row: Row, name: string) =>
    name === 'Kiosk' ? row.metric : (row.othersMetric ?? row.metric)
  const rows = ROWS.map((row) => [
    row.name,
    ...names.map((name) => cellOf(result.figures, name, metricOf(row, name)) || '–'),
    ...others.map((other) => times(timesAsGood(result, row, other))),
  ])
  return table(['', ...names, ...others.map((other) => `beside ${other}`)], rows)
}

function aimsOf(result: PeersResult): string[] {
  const aims = judgeAims(result)
  if (aims.length === 0) return []
  const rows = aims.map(({ name, value, isMet }) => [name, value, isMet ? 'met' : '**not met**'])
  return ['## Targets', table(['target', 'measured', ''], rows)]
}

function times(ratio: number | null): string {
  return ratio === null ? '' : `${ratio.toPrecision(ratio >= 100 ? 3 : 2)}×`
}

const METHOD = `## How it was measured

In each round, one backend after the other is started, measured and stopped, on the data that it had at the end of the last round;
each round begins with another one. Nothing of the others runs meanwhile. The load comes from the same code:
autocannon for pages, over 16 connections; for orders, so many in flight, the next when one is complete. Orders per second are all
that were begun in a time, divided by how long it took until the last of them was complete.

**A complete order** is one unit of one product, in the state that the backend itself calls paid, with nothing left to do but to send it.

| | requests | complete when |
| --- | --- | --- |
| Kiosk | 2, by a customer who is signed in: order, payment | \`processing\`: priced, reserved, paid, committed and confirmed by events after the answer |
| Vendure | 1, by a customer who is signed in: five mutations, which run in turn | answered \`PaymentSettled\` |
| Medusa | 5, by a guest: cart with its line and addresses, shipping method, payment collection, payment session, completion | answered with an order whose payment collection is \`completed\`: captured |

Vendure and Medusa work out tax, shipping and promotions for each order; Kiosk has none of the three. Kiosk also writes three messages
to the customer and a ledger for each.

**Pages.** Kiosk: list, product by slug, search. Vendure: its \`search\` query, product by slug, \`search\` with a term; its index is
the one in PostgreSQL. Medusa: products with calculated price and stock, by handle, and by \`q\`, with the fields that a page shows and
not all that it has by default, which is slower. Kiosk keeps pages until something of them changes and nobody edits here, so
it is measured with pages that nobody asked for before, too; the others keep none.

**Memory** is PSS: of Kiosk workerd, with its databases, and the Node that Miniflare runs in; of Vendure server, worker and PostgreSQL; of Medusa
server and PostgreSQL.

**Flash sale.** Kiosk: 500 requests of 32 accounts at once, and any other end than 100 sales fails the run. Vendure: 500 guests, one request
each; what is bought is counted, and any end but that and “insufficient stock” fails the run. What is accepted beyond 100 is sold
and not there. How many units it set aside for them is its own count, with which it says how many there are. Medusa was not asked: 500 orders of five requests take it as long as the rest of a round.

### What was left as it comes

- All run with \`NODE_ENV=production\`, without telemetry, and log warnings only; Kiosk writes its log lines as always, but has no rate
  limits and cheap password hashes.
- *Vendure* is what \`npm create @vendure\` writes: default search, job queue in PostgreSQL, scheduler, the dummy payment handler,
  server and worker. Without the dashboard, GraphiQL, asset server and mail, of which none answers a shop request.
- *Medusa* is what a new project has: local event bus, in-memory cache, workflow engine and locks, one process. Its
  system payment provider only authorizes, so it was made to capture at once. Without the admin pages. Nothing is built before, because the project has no code of its own.
- *PostgreSQL* has its own settings, one database server per backend; tables are analyzed after the products are in.
- *Kiosk* runs on workerd with the databases, queues and objects that Miniflare gives it, not on Cloudflare.

### What would make them faster

- More processes: both scale out over processors and machines; here two processors are shared with PostgreSQL and the load. Kiosk's
  seven Workers share one thread here.
- Redis for Medusa's cache, events, workflows and locks, and for Vendure's queues and sessions, which takes work from PostgreSQL but adds a process.
- Elasticsearch or the like for search; a cache before the pages; PostgreSQL settings for the machine.

The products, the manifests with their pinned versions, the configurations and the seeds are in \`tools/bench/peers/\`. To repeat it
(npm installs the others into \`.kiosk/peers\`; PostgreSQL comes from npm as well):

\`\`\`sh
npx -y pnpm@12.21.0 bench:peers --quick    # to see that it runs
npx -y pnpm@12.21.0 bench:peers
\`\`\``
