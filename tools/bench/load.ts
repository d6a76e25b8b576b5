import autocannon from 'autocannon'
import { cpuMs } from './processes.ts'
import type { Sample } from './result.ts'

const WARM_UP_SHARE = 0.2
const WARM_UP_SECONDS_MIN = 1

/** A path to get, or what is posted to one. */
export type Question = string | { readonly path: string; readonly body: unknown }

export interface Load {
  readonly url: string
  /** Asked in turns, by every connection. */
  readonly questions: readonly Question[]
  /** Sent with every question. */
  readonly headers?: Readonly<Record<string, string>>
  /** Each address is another one, by a parameter that nobody reads: no answer is one that was kept. */
  readonly isAnew?: boolean
  readonly connections: number
  readonly seconds: number
  /** Waits until what the warm-up has left to do is done: a slow backend still works at it. */
  readonly settle?: () => Promise<void>
  /** The process whose work is counted, if it is one. */
  readonly runtime?: number
}

/**
 * Loads an address with requests, each connection sending the next when it has the answer to the last.
 * @throws when anything but 2xx came back: the rate of failures says nothing
 */
export async function load(target: Load): Promise<Sample[]> {
  await fire(target, Math.max(WARM_UP_SECONDS_MIN, WARM_UP_SHARE * target.seconds))
  await target.settle?.()
  const cpu = () => (target.runtime === undefined ? null : cpuMs(target.runtime))
  const before = cpu()
  const result = await fire(target, target.seconds)
  const after = cpu()
  const answers = result['2xx']
  // A disk may stand still for longer than it is measured: that is a rate of nothing, and no latency.
  if (answers === 0) return [{ metric: 'rate', unit: 'per s', value: 0 }]
  return [
    { metric: 'rate', unit: 'per s', value: answers / result.duration },
    { metric: 'p50', unit: 'ms', value: result.latency.p50 },
    { metric: 'p97.5', unit: 'ms', value: result.latency.p97_5 },
    { metric: 'p99', unit: 'ms', value: result.latency.p99 },
    { metric: 'size', unit: 'KiB', value: result.throughput.total / answers / 1024 },
    ...cpuPer(answers, before, after),
  ]
}

function requestOf(question: Question, isAnew: boolean) {
  if (typeof question === 'string') return { path: isAnew ? anew(question) : question }
  return { method: 'POST' as const, path: question.path, body: JSON.stringify(question.body) }
}

function nameOf({ url, questions: [first = ''] }: Load): string {
  return `${url}${typeof first === 'string' ? first : first.path}`
}

/** Autocannon puts another text in place of the mark each time. */
function anew(path: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}anew=[<id>]`
}

/** The processor time of the runtime that one answer took, where the system tells it. */
export function cpuPer(times: number, before: number | null, after: number | null): Sample[] {
  if (before === null || after === null || times === 0) return []
  return [{ metric: 'cpu', unit: 'µs', value: ((after - before) * 1000) / times }]
}

async function fire(target: Load, seconds: number) {
  const { url, questions, headers = {}, isAnew = false, connections } = target
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    // A thread of its own, so that what else this process does delays no request.
    workers: 1,
    headers,
    requests: questions.map((question) => requestOf(question, isAnew)),
    idReplacement: isAnew,
  })
  if (result.non2xx > 0 || result.errors > 0) {
    const what = `${result.non2xx} answers that are not 2xx, ${result.errors} errors`
    throw new Error(`${nameOf(target)}: ${what}`)
  }
  return result
}
