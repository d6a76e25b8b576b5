import { ProvingShop } from './shop.ts'
import { startFaultySystem } from './system.ts'

let shop: Promise<ProvingShop> | null = null

/** The shop of all test files here: a system takes longer to start than a journey to play. */
export function sharedShop(): Promise<ProvingShop> {
  shop ??= open()
  return shop
}

async function open(): Promise<ProvingShop> {
  const system = await startFaultySystem()
  // Vitest ends this process by a signal, which would leave the runtime behind.
  const end = () => void system.close().finally(() => process.exit())
  process.once('SIGTERM', end).once('disconnect', end)
  return ProvingShop.open(system)
}
