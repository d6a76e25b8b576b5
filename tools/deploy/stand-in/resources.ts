import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { type Call, json, page, Refusal, type Route } from './call.ts'
import type { Queue, State } from './state.ts'

/** D1, KV and Queues. */
export function resourceRoutes(state: State): Route[] {
  return [...databaseRoutes(state), ...namespaceRoutes(state), ...queueRoutes(state)]
}

function databaseRoutes({ databases }: State): Route[] {
  const view = (name: string, id: string) => ({ uuid: id, name, version: 'production' })

  function find(nameOrId: string) {
    for (const [name, database] of databases) {
      if (name === nameOrId || database.id === nameOrId) return { name, ...database }
    }
    throw new Refusal(404, 7404, 'The database was not found')
  }

  return [
    [
      /^GET d1\/database$/,
      (call) =>
        page(
          [...databases].map(([name, { id }]) => view(name, id)),
          call,
        ),
    ],
    [
      /^POST d1\/database$/,
      (call) => {
        const name = String(json(call)['name'])
        if (databases.has(name)) throw new Refusal(400, 7502, 'A database of that name exists')
        const id = randomUUID()
        databases.set(name, { id, sqlite: new DatabaseSync(':memory:') })
        return view(name, id)
      },
    ],
    [
      /^GET d1\/database\/([^/]+)$/,
      ({ params: [nameOrId = ''] }) => {
        const { name, id } = find(nameOrId)
        return view(name, id)
      },
    ],
    [
      /^POST d1\/database\/([^/]+)\/query$/,
      (call) => {
        const { sqlite } = find(call.params[0] ?? '')
        return runSql(sqlite, String(json(call)['sql']))
      },
    ],
  ]
}

/** As D1 does: all statements of a request or none. */
function runSql(sqlite: DatabaseSync, sql: string): object[] {
  const meta = { duration: 0, changes: 0, rows_read: 0, rows_written: 0 }
  try {
    if (/^\s*SELECT/i.test(sql)) {
      return [{ results: sqlite.prepare(sql).all(), success: true, meta }]
    }
    sqlite.exec('BEGIN')
    sqlite.exec(sql)
    sqlite.exec('COMMIT')
  } catch (error) {
    if (sqlite.isTransaction) sqlite.exec('ROLLBACK')
    throw new Refusal(400, 7500, String(error))
  }
  return [{ results: [], success: true, meta }]
}

function namespaceRoutes({ namespaces }: State): Route[] {
  return [
    [
      /^GET storage\/kv\/namespaces$/,
      (call) =>
        page(
          [...namespaces].map(([title, id]) => ({ id, title })),
          call,
        ),
    ],
    [
      /^POST storage\/kv\/namespaces$/,
      (call) => {
        const title = String(json(call)['title'])
        if (namespaces.has(title)) throw new Refusal(400, 10014, 'The title is taken')
        const id = randomUUID().replaceAll('-', '')
        namespaces.set(title, id)
        return { id, title }
      },
    ],
  ]
}

function queueRoutes({ queues }: State): Route[] {
  const view = (name: string, { id, consumers }: Queue) => ({
    queue_name: name,
    queue_id: id,
    consumers,
    consumers_total_count: consumers.length,
    producers: [],
  })

  function find(id: string): [string, Queue] {
    const found = [...queues].find(([, queue]) => queue.id === id)
    if (found === undefined) throw new Refusal(404, 11000, 'The queue was not found')
    return found
  }

  /** A dead-letter queue has to exist before it can be named. */
  function consumerOf(call: Call, id: string): Record<string, unknown> {
    const consumer = json(call)
    const deadLetters = consumer['dead_letter_queue']
    if (typeof deadLetters === 'string' && !queues.has(deadLetters)) {
      throw new Refusal(400, 11003, `There is no queue ${deadLetters}`)
    }
    return { ...consumer, script: consumer['script_name'], consumer_id: id }
  }

  return [
    [
      /^GET queues$/,
      (call) => {
        const names = call.query.getAll('name')
        const found = [...queues].filter(([name]) => names.length === 0 || names.includes(name))
        return page(
          found.map(([name, queue]) => view(name, queue)),
          call,
        )
      },
    ],
    [
      /^POST queues$/,
      (call) => {
        const name = String(json(call)['queue_name'])
        if (queues.has(name)) throw new Refusal(409, 11009, 'The name is taken')
        const queue = { id: randomUUID().replaceAll('-', ''), consumers: [] }
        queues.set(name, queue)
        return view(name, queue)
      },
    ],
    [
      /^GET queues\/([^/]+)\/consumers$/,
      (call) => page([...find(call.params[0] ?? '')[1].consumers], call),
    ],
    [
      /^POST queues\/([^/]+)\/consumers$/,
      (call) => {
        const [name, queue] = find(call.params[0] ?? '')
        if (queue.consumers.length > 0) throw new Refusal(400, 11004, 'The queue has a consumer')
        const consumer = consumerOf(call, randomUUID().replaceAll('-', ''))
        queues.set(name, { ...queue, consumers: [consumer] })
        return consumer
      },
    ],
    [
      /^PUT queues\/([^/]+)\/consumers\/([^/]+)$/,
      (call) => {
        const [name, queue] = find(call.params[0] ?? '')
        const consumer = consumerOf(call, call.params[1] ?? '')
        queues.set(name, { ...queue, consumers: [consumer] })
        return consumer
      },
    ],
  ]
}
