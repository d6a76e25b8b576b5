import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import { testEnv, type TestLoop } from '../test/worker.ts'

const loopNamed = (name: string) => testEnv.LOOP.getByName(name)

function inside<T>(name: string, work: (loop: TestLoop, state: DurableObjectState) => Promise<T>) {
  return runInDurableObject(loopNamed(name), work)
}

describe('a loop', () => {
  it('an armed one fires within the backstop, and arming again does not put it off', async () => {
    const [first, second] = await inside('arm', async (loop, { storage }) => {
      await loop.arm()
      const armed = await storage.getAlarm()
      await loop.arm()
      return [armed, await storage.getAlarm()]
    })
    expect(first).toBeLessThanOrEqual(Date.now() + 2_000)
    expect(second).toBe(first)
  })

  it('has its next alarm before it works, so a failure cannot stop it', async () => {
    await inside('fail', async (loop) => {
      loop.onWork = () => Promise.reject(new Error('no'))
      await loop.arm()
    })
    expect(await runDurableObjectAlarm(loopNamed('fail'))).toBe(true)
    expect(await runDurableObjectAlarm(loopNamed('fail'))).toBe(true)
  })

  it('wakes when its work says that the next thing is due', async () => {
    const dueAt = Date.now() + 500
    const alarm = await inside('due', async (loop, { storage }) => {
      loop.onWork = () => Promise.resolve(dueAt)
      await loop.keepAlive()
      await loop.nudge()
      return storage.getAlarm()
    })
    expect(alarm).toBe(dueAt)
  })

  it('works one at a time, and once more for whoever asked meanwhile', async () => {
    const seen = await inside('twice', async (loop) => {
      let atOnce = 0
      let most = 0
      loop.onWork = async () => {
        most = Math.max(most, ++atOnce)
        await new Promise((resolve) => setTimeout(resolve, 5))
        atOnce--
        return null
      }
      await Promise.all([loop.nudge(), loop.nudge(), loop.nudge()])
      return { most, runs: loop.runs }
    })
    expect(seen).toEqual({ most: 1, runs: 2 })
  })
})
