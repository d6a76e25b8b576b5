import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import getPort from 'get-port'
import { ROOT } from '../build.ts'
import { step } from '../step.ts'
import { composeFile } from './compose-file.ts'
import { ENGINE, engine } from './engine.ts'

const NAME = 'kiosk-proof-broker'
const PASSWORD = 'of-this-proof'
const UP_WITHIN_MS = 180_000
const POLL_MS = 500

/** Runs the tests of containers/runner/test/ with a broker of their own. Returns what failed. */
export async function tryBroker(): Promise<string[]> {
  const port = await getPort()
  await step('Broker', async ({ say }) => {
    const { image = '' } = composeFile().services['broker'] ?? {}
    await engine('rm', '--force', NAME)
    const name = ['--name', NAME, '--hostname', 'broker']
    const login = ['RABBITMQ_DEFAULT_USER=kiosk', `RABBITMQ_DEFAULT_PASS=${PASSWORD}`]
    const settings = login.flatMap((setting) => ['--env', setting])
    const ports = ['--publish', `127.0.0.1:${port}:5672`]
    await engine('run', '--detach', ...name, ...ports, ...settings, image)
    await listening(port)
    const version = await engine('exec', NAME, 'rabbitmqctl', 'version')
    say(`${image} on port ${port}, RabbitMQ ${version.split('\n').at(-1)}`)
  })
  try {
    const code = await runTests(port)
    return code === 0 ? [] : [`the tests ended with ${code}`]
  } finally {
    await engine('rm', '--force', '--volumes', NAME)
  }
}

async function runTests(port: number): Promise<number | null> {
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs')
  const child = spawn(process.execPath, [vitest, 'run', '--config', 'vitest.broker.config.ts'], {
    cwd: join(ROOT, 'containers/runner'),
    stdio: 'inherit',
    env: {
      ...process.env,
      KIOSK_BROKER_URL: `amqp://127.0.0.1:${port}`,
      KIOSK_BROKER_PASSWORD: PASSWORD,
      KIOSK_BROKER_KILL: `${ENGINE} kill --signal KILL ${NAME}`,
      KIOSK_BROKER_START: `${ENGINE} start ${NAME}`,
    },
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return code
}

async function listening(port: number): Promise<void> {
  const deadline = Date.now() + UP_WITHIN_MS
  while (!(await accepts(port))) {
    if (Date.now() > deadline) throw new Error('the broker does not start')
    await sleep(POLL_MS)
  }
}

/** An engine may take connections on a port before anything in the container does: it must speak, too. */
function accepts(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect({ host: '127.0.0.1', port })
  socket.setTimeout(POLL_MS, () => resolve(false))
  socket.once('connect', () => socket.write('AMQP\x00\x00\x09\x01'))
  socket.once('data', () => resolve(true))
  socket.once('close', () => resolve(false))
  socket.once('error', () => resolve(false))
  return promise.finally(() => socket.destroy())
}
