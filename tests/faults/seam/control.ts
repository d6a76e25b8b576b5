import { busy } from './invocation.ts'
import { lastLines } from './log.ts'
import type { Reading, Row, SeamCommand, SeamReply } from './protocol.ts'
import { SEAM_PATH } from './protocol.ts'
import { recorder } from './recorder.ts'

/** What the seam needs of the Worker's real bindings. */
type Bindings = Readonly<Record<string, unknown>>

export function isForSeam(request: Request): boolean {
  return new URL(request.url).pathname === SEAM_PATH
}

/**
 * Answers the tests. They talk to the gateway, with a command for each Worker by its name, which passes on
 * what is not its own.
 */
export async function answer(request: Request, env: Bindings): Promise<Response> {
  const commands = await request.json<Record<string, SeamCommand>>()
  const replies = await Promise.all(
    Object.entries(commands).map(async ([worker, command]) => [
      worker,
      worker === recorder.worker ? await obey(command, env) : await pass(worker, command, env),
    ]),
  )
  return Response.json(Object.fromEntries(replies))
}

async function pass(worker: string, command: SeamCommand, env: Bindings): Promise<unknown> {
  const service = env[worker.toUpperCase()] as Fetcher
  const body = JSON.stringify({ [worker]: command })
  const response = await service.fetch(`http://${worker}${SEAM_PATH}`, { method: 'POST', body })
  const replies = await response.json<Record<string, SeamReply>>()
  return replies[worker]
}

async function obey(command: SeamCommand, env: Bindings): Promise<SeamReply> {
  if (command.reset === true) recorder.reset()
  if (command.arm !== undefined) recorder.arm(command.arm)
  if (command.break !== undefined) recorder.break(command.break)
  if (command.mend !== undefined) recorder.mend(command.mend)
  if (command.unruly !== undefined) recorder.isUnruly = command.unruly
  const { hits } = recorder
  const held = recorder.held + recorder.owed.size
  // Before the reading, which takes a while.
  const reached = recorder.points.length
  const state = {
    hits,
    reached,
    busy: busy(),
    sent: [...recorder.sent],
    heard: [...recorder.heard],
    held,
  }
  return {
    ...state,
    ...(command.points === true && { points: recorder.points }),
    ...(command.log === true && { log: lastLines() }),
    ...(command.read !== undefined && (await read(command.read, env))),
  }
}

interface ReadableObject {
  seamRead(sql: readonly string[]): Promise<Row[][]>
}

async function read({ sql = [], objects = [] }: Reading, env: Bindings) {
  const db = env['DB'] as D1Database
  const [rows, contents] = await Promise.all([
    sql.length === 0 ? [] : db.batch<Row>(sql.map((statement) => db.prepare(statement))),
    Promise.all(
      objects.map(({ binding, name, sql: statements }) => {
        const namespace = env[binding] as DurableObjectNamespace
        const stub = namespace.getByName(name) as unknown as ReadableObject
        return stub.seamRead(statements)
      }),
    ),
  ])
  return { rows: rows.map(({ results }) => results), objects: contents }
}
