import type { SimulatedProvider } from '../../objects/simulated-provider.ts'

/** What the simulated provider needs bound. */
export interface SimulatedBindings {
  readonly SIMULATED_PROVIDER: DurableObjectNamespace<SimulatedProvider>
}
