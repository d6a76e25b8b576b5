import { newEvent } from '@kiosk/kit/events'
import { newId } from '@kiosk/kit/ids'
import type { MemoryQueue } from '../platform/memory-queue.ts'
import type { Platform } from './platform.ts'
import type { Person } from './shop.ts'

const CUSTOMERS = 6

/**
 * Who uses the shop. The users Worker itself does not run here, because it hashes passwords in threads,
 * whose end no seed decides. What others hear of it does: that somebody has registered.
 */
export class People {
  readonly customers: readonly [Person, ...Person[]]
  readonly staff: readonly [Person, ...Person[]]
  readonly #platform: Platform
  readonly #queue: MemoryQueue
  readonly #strangers: Person[] = []

  constructor(platform: Platform, queue: MemoryQueue) {
    this.#platform = platform
    this.#queue = queue
    const [first, ...others] = Array.from({ length: CUSTOMERS }, () => person('customer'))
    this.customers = [first ?? person('customer'), ...others]
    this.staff = [person('staff'), person('staff')]
    this.#strangers.push(...this.staff, ...this.customers)
  }

  /** Some who are not known to notifications yet become so; events about them may have come first. */
  introduce(count: number): void {
    for (const stranger of this.#strangers.splice(0, count))
      this.#queue.accept(registered(stranger))
  }

  get areAllKnown(): boolean {
    return this.#strangers.length === 0
  }

  anybody(): Person {
    return this.#platform.random.pick(this.customers)
  }
}

function person(role: Person['role']): Person {
  return { id: newId('user'), role }
}

function registered({ id, role }: Person) {
  const name = `Person ${id.slice(-4)}`
  const facts = { userId: id, email: `${id}@kiosk.test`, name, locale: 'en', role }
  return newEvent('user.registered', { subject: id, aggregateversion: 1, data: facts })
}
