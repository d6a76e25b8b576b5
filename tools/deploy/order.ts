import type { WorkerConfig } from '../wiring/workers.ts'

/** One deployment of one Worker. */
export interface Pass {
  readonly worker: string
  /** Services that it is deployed without, because they do not exist yet; a later pass binds them. */
  readonly without: readonly string[]
}

/**
 * In which order to deploy: a service binding must lead to a Worker that exists, so each Worker comes
 * after those that it calls. In a circle somebody has to be first. That one is deployed twice: without
 * what does not exist yet, which is safe because nobody calls a Worker that is new, and again at the end.
 */
export function deployOrder(
  configs: readonly WorkerConfig[],
  existing: ReadonlySet<string>,
): Pass[] {
  const targets = new Map(
    configs.map(({ name = '', services = [] }) => [
      name,
      [...new Set(services.map(({ service }) => service))].sort(),
    ]),
  )
  const passes: Pass[] = []
  const begun = new Set<string>()

  function visit(worker: string): void {
    if (begun.has(worker)) return
    begun.add(worker)
    const services = targets.get(worker) ?? []
    for (const service of services) visit(service)
    const done = new Set(passes.map((pass) => pass.worker))
    const without = services.filter((service) => !done.has(service) && !existing.has(service))
    passes.push({ worker, without })
  }

  for (const worker of [...targets.keys()].sort()) visit(worker)
  const incomplete = passes.filter(({ without }) => without.length > 0)
  return [...passes, ...incomplete.map(({ worker }) => ({ worker, without: [] }))]
}

/** The configuration of a pass: without the bindings that cannot be made yet. */
export function configOf(config: WorkerConfig, { without }: Pass): WorkerConfig {
  const services = (config.services ?? []).filter(({ service }) => !without.includes(service))
  return { ...config, services }
}
