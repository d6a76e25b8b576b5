import { EVENTS, type EventType, SUBSCRIPTIONS } from '@kiosk/contracts/events'
import { findFaults } from './wiring/faults.ts'
import type { Delivery } from './wiring/queue-faults.ts'
import { readWorkers } from './wiring/workers.ts'

// Part of `pnpm check`: whether the wrangler.toml files fit one another and the events.

/** Who says what to whom, as the contracts have it. */
export function deliveries(): Delivery[] {
  return (Object.keys(SUBSCRIPTIONS) as EventType[]).flatMap((type) => {
    const from = String(EVENTS[type].shape.source.value).slice(1)
    return SUBSCRIPTIONS[type].map((to) => ({ type, from, to }))
  })
}

if (import.meta.main) {
  const faults = findFaults(readWorkers(), deliveries())
  for (const fault of faults) console.error(fault)
  if (faults.length > 0) process.exitCode = 1
}
