// The bare operations of the platform that an order is made of, one per request.
import { DurableObject } from 'cloudflare:workers'

const TEXT = 'x'.repeat(400)

export default {
  async fetch(request, env) {
    switch (new URL(request.url).pathname) {
      case '/d1-batch':
        await writeBatch(env.DB)
        break
      case '/d1-read':
        await env.DB.prepare('SELECT * FROM parents ORDER BY id DESC LIMIT 20').all()
        break
      case '/object-write':
        await env.COUNTER.getByName('one').write(TEXT)
        break
      case '/queue-send':
        await env.QUEUE.send({ sentAt: Date.now() })
        break
      case '/queue-delays':
        return Response.json(delays.splice(0))
      case '/set-up':
        await env.DB.batch(TABLES.map((statement) => env.DB.prepare(statement)))
        break
      default:
        return new Response('There is no such operation', { status: 404 })
    }
    return new Response('Done')
  },

  queue(batch) {
    for (const message of batch.messages) delays.push(Date.now() - message.body.sentAt)
  },
}

// How long messages took, ms. Locally, requests and queues meet in one isolate.
const delays = []

const TABLES = [
  'CREATE TABLE IF NOT EXISTS parents (id INTEGER PRIMARY KEY, text TEXT NOT NULL)',
  'CREATE TABLE IF NOT EXISTS children (id INTEGER PRIMARY KEY, key TEXT NOT NULL, text TEXT NOT NULL)',
  'CREATE INDEX IF NOT EXISTS children_by_key ON children (key)',
]

/** One transaction of three statements, as small as one that writes a row, its history and an event. */
function writeBatch(db) {
  return db.batch([
    db.prepare('INSERT INTO parents (text) VALUES (?)').bind(TEXT),
    db.prepare('INSERT INTO children (key, text) VALUES (?, ?)').bind(crypto.randomUUID(), TEXT),
    db.prepare('INSERT INTO children (key, text) VALUES (?, ?)').bind(crypto.randomUUID(), TEXT),
  ])
}

export class Counter extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env)
    ctx.storage.sql.exec('CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, text TEXT)')
  }

  write(text) {
    this.ctx.storage.transactionSync(() => {
      this.ctx.storage.sql.exec('INSERT INTO rows (text) VALUES (?)', text)
    })
  }
}
