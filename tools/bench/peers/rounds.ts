import { step } from '../../step.ts'
import { type Noise, noiseBetween, readTicks, spin } from '../machine.ts'
import { rotated } from '../measure.ts'
import { familyCpuMs } from '../processes.ts'
import type { Figures } from '../result.ts'
import type { Backend } from './backend.ts'
import { measureBackend } from './measure.ts'
import type { Options } from './options.ts'

/**
 * In every round, each backend is started, measured and stopped, alone on the machine; in every round another
 * one is first.
 */
export async function measureInRounds(
  { rounds, seconds }: Options,
  backends: readonly Backend[],
  figures: Figures,
): Promise<Noise[]> {
  const noise: Noise[] = []
  for (let round = 0; round < rounds; round++) {
    const before = { ticks: readTicks(), own: familyCpuMs(process.pid) ?? 0 }
    const spins = [spin()]
    for (const backend of rotated(backends, round)) {
      await step(`Round ${round + 1}, ${backend.name}`, async ({ say, progress }) => {
        const running = await backend.start()
        try {
          figures.add(backend.name, await measureBackend(running, seconds, progress))
        } finally {
          await running.stop()
        }
        say('measured')
      })
    }
    spins.push(spin())
    // What has ended by now is counted with this process: all that was started.
    const own = (familyCpuMs(process.pid) ?? 0) - before.own
    noise.push(noiseBetween(before.ticks, readTicks(), own, Math.max(...spins)))
  }
  return noise
}
