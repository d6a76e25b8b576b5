import { WORKERS, type WorkerName } from '../build.ts'
import { engine, engineAloud } from './engine.ts'

/** As docker-compose.yml and the Kubernetes overlay name it. */
export function imageOf(worker: WorkerName): string {
  return `kiosk-${worker}:local`
}

/** One after the other: what they share is built by the first, and the others find it done. */
export function buildImages(): void {
  for (const worker of WORKERS) {
    console.log(`\n── ${imageOf(worker)}`)
    engineAloud('build', '--tag', imageOf(worker), '--file', `containers/${worker}/Dockerfile`, '.')
  }
}

/** Its size on disk, MB; layers that images share are counted in each. */
export async function sizeOf(worker: WorkerName): Promise<number> {
  const bytes = await engine('image', 'inspect', '--format', '{{.Size}}', imageOf(worker))
  return Math.round(Number(bytes) / 1_000_000)
}
