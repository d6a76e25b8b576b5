import {
  bindingFaults,
  dateFaults,
  environmentFaults,
  knownSettingFaults,
  publicFaults,
} from './fault-rules.ts'
import { queueFaults, type Delivery } from './queue-faults.ts'
import type { WorkerSource } from './workers.ts'

/**
 * What is wrong between the Workers' wrangler.toml files that wrangler, which sees one at a time, cannot
 * tell. Much of it would fail only once deployed, and some of it silently: a queue without a consumer
 * takes messages and delivers none.
 */
export function findFaults(
  workers: readonly WorkerSource[],
  deliveries: readonly Delivery[],
): string[] {
  return [
    ...queueFaults(workers, deliveries),
    ...bindingFaults(workers),
    ...publicFaults(workers),
    ...dateFaults(workers),
    ...environmentFaults(workers),
    ...knownSettingFaults(workers),
  ]
}
