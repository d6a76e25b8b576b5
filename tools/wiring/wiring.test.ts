import { describe, expect, it } from 'vitest'
import { deliveries } from '../wiring.ts'
import { findFaults } from './faults.ts'
import { exportsOf, readWorkers, type WorkerConfig, type WorkerSource } from './workers.ts'

/** The shop with one Worker's configuration changed. */
function shopWith(worker: string, change: (config: WorkerConfig) => void): string[] {
  const workers = readWorkers().map((source): WorkerSource => {
    if (source.worker !== worker) return source
    const config = structuredClone(source.config)
    change(config)
    return { ...source, config }
  })
  return findFaults(workers, deliveries())
}

describe('the wrangler.toml files', () => {
  it('fit one another and the events', () => {
    expect(findFaults(readWorkers(), deliveries())).toEqual([])
  })
})

describe('the check finds', () => {
  it('a queue that nobody consumes', () => {
    const faults = shopWith('payments', (config) => {
      config.queues?.consumers?.shift()
    })
    expect(faults).toContain('orders: nothing consumes kiosk-payments of QUEUE_PAYMENTS')
  })

  it('a producer whose queue does not exist', () => {
    const faults = shopWith('users', (config) => {
      config.queues?.producers?.push({ binding: 'QUEUE_AUDIT', queue: 'kiosk-audit' })
    })
    expect(faults).toEqual(['users: nothing consumes kiosk-audit of QUEUE_AUDIT'])
  })

  it('a queue without a dead-letter queue', () => {
    const faults = shopWith('orders', (config) => {
      delete config.queues?.consumers?.[0]?.dead_letter_queue
    })
    expect(faults).toContain('orders: kiosk-orders has no dead_letter_queue')
  })

  it('a dead-letter queue that its Worker does not consume, or does not recognise', () => {
    const unread = shopWith('orders', (config) => {
      config.queues?.consumers?.pop()
    })
    expect(unread).toEqual(['orders: it does not consume kiosk-orders-dlq'])
    const renamed = shopWith('orders', (config) => {
      for (const consumer of config.queues?.consumers ?? []) {
        if (consumer.dead_letter_queue) consumer.dead_letter_queue = 'kiosk-orders-lost'
        else consumer.queue = 'kiosk-orders-lost'
      }
    })
    expect(renamed).toEqual(['orders: the consumer knows dead letters of kiosk-orders by “-dlq”'])
  })

  it('two consumers of one queue', () => {
    const faults = shopWith('users', (config) => {
      const options = { max_batch_size: 1, max_batch_timeout: 0, max_retries: 1, retry_delay: 1 }
      config.queues?.consumers?.push({ queue: 'kiosk-orders-dlq', ...options })
      config.queues = { ...config.queues, consumers: [{ queue: 'kiosk-orders-dlq', ...options }] }
    })
    expect(faults.join()).toContain('another Worker consumes kiosk-orders-dlq')
  })

  it('a queue option that is left to the platform, whose defaults differ locally', () => {
    const faults = shopWith('catalog', (config) => {
      delete config.queues?.consumers?.[0]?.max_retries
    })
    expect(faults).toEqual([
      'catalog: the consumer of kiosk-catalog leaves max_retries to the platform',
    ])
  })

  it('an event whose hearer its Worker cannot reach', () => {
    const faults = shopWith('orders', ({ queues }) => {
      const at = queues?.producers?.findIndex(({ binding }) => binding === 'QUEUE_PAYMENTS') ?? 0
      queues?.producers?.splice(at, 1)
    })
    expect(faults).toEqual([
      'orders: order.cancelled is for payments, and no QUEUE_PAYMENTS sends it',
    ])
  })

  it('a service binding to an unknown Worker or entrypoint, and a class that is not exported', () => {
    const faults = shopWith('payments', (config) => {
      config.services = [
        { binding: 'SHIPPING', service: 'kiosk-shipping' },
        { binding: 'ORDERS_RPC', service: 'kiosk-orders', entrypoint: 'OrderRpc' },
      ]
      config.durable_objects?.bindings?.push({ name: 'BANK', class_name: 'Bank' })
    })
    expect(faults).toEqual([
      'payments: SHIPPING names no Worker: kiosk-shipping',
      'payments: ORDERS_RPC names no entrypoint of kiosk-orders: OrderRpc',
      'payments: BANK names no class it exports: Bank',
    ])
  })

  it('compatibility dates that differ', () => {
    const faults = shopWith('users', (config) => {
      config.compatibility_date = '2026-09-01'
    })
    expect(faults).toHaveLength(7)
    expect(faults).toContain('users: compatibility dates differ; this one is 2026-09-01')
  })

  it('a Worker that the public could reach past the gateway', () => {
    const byDefault = shopWith('users', (config) => {
      delete config.workers_dev
    })
    const byRoute = shopWith('orders', (config) => {
      Object.assign(config.env?.['staging'] ?? {}, { routes: ['orders.example.com/*'] })
    })
    expect([...byDefault, ...byRoute]).toEqual([
      'users: only the gateway may have an address',
      'orders: only the gateway may have an address',
    ])
  })

  it('environments that are missing, unknown, unguarded or not alike', () => {
    const faults = shopWith('notifications', (config) => {
      const guard = { build: { command: 'echo no && exit 1' } }
      config.env = {
        staging: { ...guard, kv_namespaces: [] },
        production: { ...guard, vars: { EMAIL_FROM: 'shop@example.com' } },
        test: {},
      }
    })
    expect(faults).toEqual([
      'notifications: nothing deploys [env.test]',
      'notifications: [env.staging] sets kv_namespaces, which belongs to the top',
      'notifications: wrangler alone would deploy [env.test] without bindings',
      'notifications: the other environment sets EMAIL_FROM, [env.staging] does not',
    ])
    const missing = shopWith('notifications', (config) => {
      delete config.env?.['staging']
    })
    expect(missing).toEqual(['notifications: there is no [env.staging]'])
  })

  it('a setting that would silently not reach an environment', () => {
    const faults = shopWith('catalog', (config) => {
      config.r2_buckets = [{ binding: 'IMAGES', bucket_name: 'kiosk-images' }]
    })
    expect(faults).toEqual([
      'catalog: tools/deploy/environment.ts does not know what to do with r2_buckets',
    ])
  })
})

it('reads what a module exports by name', () => {
  const source = 'export { A, B as C } from "./x.ts"\nexport class D {}\nexport default {}\n'
  expect(exportsOf(source)).toEqual(['A', 'C', 'D'])
})
