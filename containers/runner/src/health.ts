import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'

const CONNECT_WITHIN_MS = 2_000

export interface Health {
  /** Migrations are applied, and the Worker takes calls. */
  isReady: boolean
  /** Told, and no condition: without its broker a Worker still takes orders, and its outbox waits. */
  isBrokerConnected(): boolean
}

/** `/ready` for who sends calls here, `/live` for who starts containers again. */
export function createHealthServer(health: Health, workerPort: number): Server {
  return createServer((request, response) => {
    void (async () => {
      const path = new URL(request.url ?? '/', 'http://health').pathname
      const isAlive = health.isReady && (await accepts(workerPort))
      const isFine = path === '/live' ? isAlive || !health.isReady : isAlive
      const body = { ready: isAlive, broker: health.isBrokerConnected() }
      response.writeHead(isFine ? 200 : 503, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    })()
  })
}

/** Whether something takes connections on a port of this container. */
function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.setTimeout(CONNECT_WITHIN_MS, () => socket.destroy(new Error('no connection in time')))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
