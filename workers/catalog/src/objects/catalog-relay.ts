import { OutboxRelay } from '@kiosk/kit/outbox-relay'
import { Changes, type Mark, type News, type StockMove } from '../domain/changes.ts'

/**
 * The relay of this Worker's outbox, and the one place that is told of every change of what visitors
 * see: decision 15. It counts in memory. When that is gone, so is what was kept by its count.
 */
export class CatalogRelay extends OutboxRelay {
  readonly #changes = new Changes(crypto.randomUUID())

  beginEdit(): number {
    return this.#changes.beginEdit(Date.now())
  }

  endEdit(edit: number): void {
    this.#changes.endEdit(edit)
  }

  stockMoved(move: StockMove): void {
    this.#changes.stockMoved(move)
  }

  newsSince(mark: Mark | null): News {
    return this.#changes.newsSince(mark, Date.now())
  }
}
