import type { OrderView } from '@kiosk/contracts/http/orders'
import { ProblemError } from '@kiosk/kit/problem'
import type { IllegalTransition } from '../domain/order.ts'
import type { Changed } from '../operations/change-order.ts'
import { viewOrder } from '../view.ts'
import { noSuchOrder } from './access.ts'

/** The answer to a request to change an order. */
export function answerChanged(changed: Changed<IllegalTransition>, id: string): OrderView {
  switch (changed.kind) {
    case 'changed':
    case 'unchanged':
      return viewOrder(changed.order)
    case 'not_found':
      throw noSuchOrder(id)
    case 'refused': {
      const { from, to } = changed.refusal
      throw new ProblemError('illegal_transition', `An order that is ${from} cannot become ${to}`)
    }
  }
}
