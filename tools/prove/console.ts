import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Violation } from '../../tests/faults/checks/violation.ts'
import type { Journey } from '../../tests/faults/journeys/journey.ts'
import type { Outcome, Progress } from '../../tests/faults/runner.ts'
import { nameOf, type Point } from '../../tests/faults/seam/protocol.ts'
import { ROOT } from '../build.ts'
import type { Tally } from './tally.ts'

const LOG = join(ROOT, '.kiosk/prove.log')
const LINE_EVERY_MS = 10_000

/** Tells whoever runs a proof how it goes, and keeps the logs of what went wrong. */
export class Console implements Progress {
  readonly #tally: Tally
  #toldAt = 0

  constructor(tally: Tally) {
    this.#tally = tally
    mkdirSync(join(ROOT, '.kiosk'), { recursive: true })
    writeFileSync(LOG, '')
  }

  recorded(journey: Journey, points: readonly Point[]): void {
    this.#tally.points.set(journey.name, points.length)
    this.#say(`${journey.name}: ${points.length} points`)
  }

  planned(cases: number): void {
    this.#tally.planned += cases
    this.#say(`${cases} faults to try`)
  }

  done(outcome: Outcome): void {
    this.#tally.add(outcome)
    if (outcome.violations.length > 0) this.#violated(outcome)
    if (Date.now() - this.#toldAt > LINE_EVERY_MS) this.#tell()
  }

  broken(what: string, violations: readonly Violation[], log: readonly string[]): void {
    this.#tally.note(what, violations)
    this.#say(`✗ ${what}${listed(violations)}`)
    keep(what, violations, log)
  }

  end(): void {
    this.#tell()
    if (!this.#tally.isClean) this.#say(`What the Workers logged is in ${LOG}`)
  }

  #violated({ journey, point, kind, violations, log }: Outcome): void {
    const what = `${journey.name}: ${kind} at ${nameOf(point)}`
    const again = `pnpm prove --journey '${journey.name}' --point '${nameOf(point)}' --kind ${kind}`
    this.#say(`✗ ${what}${listed(violations)}\n    again: ${again}`)
    keep(what, violations, log)
  }

  #tell(): void {
    this.#toldAt = Date.now()
    const tally = this.#tally
    const done = tally.total('tried') + tally.total('missed')
    const minutes = ((Date.now() - tally.startedAt) / 60_000).toFixed(1)
    const facts = [
      `${done} of ${tally.planned} faults`,
      `${tally.total('violated')} violated`,
      `${tally.total('missed')} did not strike`,
    ]
    this.#say(`${minutes} min: ${facts.join(', ')}`)
  }

  #say(line: string): void {
    console.log(line)
  }
}

function listed(violations: readonly Violation[]): string {
  return violations.map(({ invariant, detail }) => `\n    ${invariant}: ${detail}`).join('')
}

function keep(what: string, violations: readonly Violation[], log: readonly string[]): void {
  appendFileSync(LOG, `── ${what}${listed(violations)}\n${log.join('\n')}\n\n`)
}
