import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { JOURNEYS } from '../tests/faults/journeys/index.ts'
import { casesFor, isOwn, matches, pointFrom } from '../tests/faults/plan.ts'
import { prove, proveCases } from '../tests/faults/runner.ts'
import { IO_KINDS, MESSAGE_KINDS, type Kind } from '../tests/faults/seam/protocol.ts'
import { buildFaultyWorkers } from './build.ts'
import { Console } from './prove/console.ts'
import { writeReport } from './prove/report.ts'
import { Tally } from './prove/tally.ts'

const HELP = `pnpm prove                     every fault at every point of every journey; writes docs/reliability.md
  --journey <words>            only journeys whose name has these words
  --point <words>              only points whose name has these words; a whole name is not recorded first
  --kind <kind>                only ${[...IO_KINDS, ...MESSAGE_KINDS].join(', ')}
  --all                        also what a journey shares with others, which is tried in two of them
  --every <n>                  only every nth fault; the page says so
  --systems <n>                how many systems run at once
  --recordings <n>             how often each journey is recorded before its faults are planned`

const { values } = parseArgs({
  options: {
    journey: { type: 'string', default: '' },
    point: { type: 'string', default: '' },
    kind: { type: 'string', default: '' },
    all: { type: 'boolean', default: false },
    every: { type: 'string', default: '1' },
    systems: { type: 'string', default: String(availableParallelism() * 2) },
    recordings: { type: 'string', default: '3' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) console.log(HELP)
else process.exitCode = (await run()) ? 0 : 1
// A runtime that was left behind must not keep the process alive.
process.exit()

async function run(): Promise<boolean> {
  const { journey, point, kind, all } = values
  const every = Number(values.every)
  const isWhole = journey === '' && point === '' && kind === ''
  const journeys = JOURNEYS.filter(({ name }) => name.includes(journey))
  const systems = Number(values.systems)
  const tally = new Tally(journeys)
  const progress = new Console(tally)
  await buildFaultyWorkers()
  const exact = pointFrom(point)
  if (exact === null) {
    await prove(
      {
        journeys,
        systems,
        recordings: Number(values.recordings),
        isWanted: (one) =>
          (all || isOwn(one)) && matches(one.point, point) && one.kind.includes(kind),
        every,
      },
      progress,
    )
  } else {
    const kinds = [kind as Kind].filter((each) => each.length > 0)
    await proveCases(casesFor(journeys, exact, kinds), systems, progress)
  }
  progress.end()
  if (isWhole) writeReport(tally, { systems, all, every })
  return tally.isClean
}
