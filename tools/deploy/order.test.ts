import { describe, expect, it } from 'vitest'
import type { WorkerConfig } from '../wiring/workers.ts'
import { configOf, deployOrder } from './order.ts'

function worker(name: string, ...services: string[]): WorkerConfig {
  return { name, services: services.map((service) => ({ binding: service, service })) }
}

describe('deployOrder', () => {
  it('puts every Worker after those that it calls', () => {
    const shop = [worker('gateway', 'orders', 'users'), worker('orders', 'users'), worker('users')]
    const names = deployOrder(shop, new Set()).map((pass) => pass.worker)
    expect(names).toEqual(['users', 'orders', 'gateway'])
  })

  it('goes through a circle twice, when nobody in it exists yet', () => {
    const circle = [worker('a', 'b'), worker('b', 'c'), worker('c', 'a')]
    expect(deployOrder(circle, new Set())).toEqual([
      { worker: 'c', without: ['a'] },
      { worker: 'b', without: [] },
      { worker: 'a', without: [] },
      { worker: 'c', without: [] },
    ])
  })

  it('goes through a circle once, when the Workers exist', () => {
    const circle = [worker('a', 'b'), worker('b', 'a')]
    const passes = deployOrder(circle, new Set(['a', 'b']))
    expect(passes.map(({ without }) => without)).toEqual([[], []])
  })

  it('leaves out of a first pass only what cannot be bound', () => {
    const config = worker('c', 'a', 'users')
    const first = configOf(config, { worker: 'c', without: ['a'] })
    expect(first.services?.map(({ service }) => service)).toEqual(['users'])
  })
})
