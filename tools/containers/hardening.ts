import { PUBLIC_PORT } from '@kiosk/runner/worker-file'
import { WORKERS, type WorkerName } from '../build.ts'
import { DEVELOPMENT_PASSWORD } from '../seed/accounts.ts'
import type { Containers } from './containers.ts'
import { engine } from './engine.ts'

/** A Worker for production that is given a password that everybody knows must not start. */
export async function checkRefusal(image: string): Promise<string[]> {
  const variables = [
    'KIOSK_MODE=production',
    'KIOSK_BROKER_PASSWORD=one-of-our-own',
    `WORKER_ADMIN_PASSWORD=${DEVELOPMENT_PASSWORD}`,
  ]
  const environment = variables.flatMap((variable) => ['--env', variable])
  // Not by its exit code, which some engines forget with --rm.
  const said = await engine('run', '--rm', '--network=none', ...environment, image).catch(
    ({ stdout }: { stdout?: string }) => stdout ?? '',
  )
  const isRefused = said.includes('WORKER_ADMIN_PASSWORD is one of a shop for development')
  return isRefused ? [] : [`${image} takes a password that everybody knows; it said: ${said}`]
}

/** Whether containers are as closed as they are said to be. Returns what is open. */
export async function checkHardening(shop: Containers): Promise<string[]> {
  const faults = await Promise.all(WORKERS.map((worker) => checkOne(shop, worker)))
  const broker = await portsOf(shop, 'broker')
  return [...faults.flat(), ...(broker === '' ? [] : [`the broker publishes ${broker}`])]
}

async function checkOne(shop: Containers, worker: WorkerName): Promise<string[]> {
  const id = await shop.id(worker)
  const inside = (command: string) => engine('exec', id, 'bash', '-c', command)
  const user = await inside('id -u')
  const isWritable = await inside('touch /runner/x 2>&1 || touch /etc/x 2>&1').then(
    () => true,
    () => false,
  )
  const ports = await portsOf(shop, worker)
  const isPublished = ports !== ''
  return [
    ...(user === '0' ? [`${worker} runs as root`] : []),
    ...(isWritable ? [`${worker} can change its own files`] : []),
    ...(isPublished === (worker === 'gateway') ? [] : [`${worker} publishes "${ports}"`]),
    ...(isPublished && !ports.includes(String(PUBLIC_PORT))
      ? [`${worker} publishes ${ports}`]
      : []),
  ]
}

async function portsOf(shop: Containers, service: WorkerName | 'broker'): Promise<string> {
  const format = '{{range $port, $to := .NetworkSettings.Ports}}{{if $to}}{{$port}} {{end}}{{end}}'
  return await shop.inspect(service, format)
}
