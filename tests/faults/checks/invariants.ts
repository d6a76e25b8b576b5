import { checkEvents, checkMessages } from './events.ts'
import type { Facts } from './facts.ts'
import { checkBooks, checkPayments } from './money.ts'
import { checkAnswers, checkOrders } from './orders.ts'
import { checkStock } from './stock.ts'
import type { Violation } from './violation.ts'

type Check = (facts: Facts) => Iterable<Violation>

/** Every invariant of the design, read from the data itself and not by the product's own audit. */
export function findViolations(facts: Facts): Violation[] {
  const checks: readonly Check[] = [
    checkStock,
    checkOrders,
    checkPayments,
    checkBooks,
    checkAnswers,
    checkEvents,
    checkMessages,
  ]
  return checks.flatMap((check) => [...check(facts)])
}
