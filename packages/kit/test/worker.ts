import { env } from 'cloudflare:workers'
import { AlarmLoop } from '../src/alarm-loop.ts'
import type { Database } from '../src/database.ts'
import { openDatabase } from '../src/database.ts'
import { OutboxRelay, type RelayEnv } from '../src/outbox-relay.ts'

/** What the Worker of the kit's tests is bound to. */
export interface TestEnv extends RelayEnv {
  readonly RELAY: DurableObjectNamespace<TestRelay>
  readonly LOOP: DurableObjectNamespace<TestLoop>
}

export const testEnv = env as unknown as TestEnv
export const db: Database = openDatabase(testEnv.DB)

/** What each queue was sent, and which queues are down. Lives in the isolate that the tests share. */
export const sent: { queue: string; body: { id: string } }[] = []
export const down = new Set<string>()

function fakeQueue(queue: string) {
  return {
    async sendBatch(messages: Iterable<{ body: { id: string } }>) {
      if (down.has(queue)) throw new Error(`queue ${queue} is down`)
      for (const { body } of messages) sent.push({ queue, body })
    },
  }
}

/** The real relay, in front of queues that only remember. */
export class TestRelay extends OutboxRelay {
  constructor(state: DurableObjectState, bindings: RelayEnv) {
    const queues = {
      QUEUE_NOTIFICATIONS: fakeQueue('notifications'),
      QUEUE_INVENTORY: fakeQueue('inventory'),
      QUEUE_PAYMENTS: fakeQueue('payments'),
    }
    super(state, { ...bindings, ...queues })
  }
}

/** A loop whose work a test decides. */
export class TestLoop extends AlarmLoop<TestEnv> {
  protected override readonly service = 'kit'
  runs = 0
  onWork: () => Promise<number | null> = () => Promise.resolve(null)

  protected override heartbeatMs(): number {
    return 30_000
  }

  protected override backstopMs(): number {
    return 2_000
  }

  protected override work(): Promise<number | null> {
    this.runs++
    return this.onWork()
  }
}

export default {
  fetch: () => new Response('the kit has no routes'),
} satisfies ExportedHandler<TestEnv>
