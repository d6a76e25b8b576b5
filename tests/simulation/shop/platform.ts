import { Clock } from '../platform/clock.ts'
import { Faults } from '../platform/faults.ts'
import type { Random } from '../platform/random.ts'
import { Scheduler } from '../platform/scheduler.ts'
import type { RewriteSql } from '../platform/sqlite.ts'
import { Trace } from '../platform/trace.ts'

/** What stands in for Cloudflare: time, chance, what happens next, and what goes wrong. */
export class Platform {
  readonly clock = new Clock()
  readonly trace = new Trace()
  readonly random: Random
  readonly faults: Faults
  readonly scheduler: Scheduler
  readonly rewriteSql: RewriteSql
  /** What the payments Worker exports: its provider sends webhooks there. Set by the shop. */
  readonly exports: { default?: { fetch(url: string, init: RequestInit): Promise<Response> } } = {}

  constructor(random: Random, rewriteSql: RewriteSql) {
    const { clock, trace } = this
    this.random = random
    this.rewriteSql = rewriteSql
    this.faults = new Faults(random.fork(), clock)
    this.scheduler = new Scheduler({ random: random.fork(), clock, faults: this.faults, trace })
  }
}
