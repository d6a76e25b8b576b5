/** Stands in for the module `cloudflare:workers`: what the platform gives to classes, and no more. */
export class DurableObject<Env = unknown> {
  protected readonly ctx: unknown
  protected readonly env: Env

  constructor(ctx: unknown, env: Env) {
    this.ctx = ctx
    this.env = env
  }
}

export class WorkerEntrypoint<Env = unknown> extends DurableObject<Env> {}

/** Work goes on by itself here, and what becomes of it is nobody's to wait for. */
export function waitUntil(work: Promise<unknown>): void {
  work.catch(() => undefined)
}

/** Read by nothing that runs in the simulation: each Worker is handed its own. */
export const env = {}
