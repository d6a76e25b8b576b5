import { readWorkers } from '../../wiring/workers.ts'
import { orderStates } from './order-states.ts'
import { paymentStates } from './payment-states.ts'
import { queuesDiagram } from './queues.ts'
import { reservationStates } from './reservation-states.ts'
import { workersDiagram } from './workers.ts'

/** docs/diagrams: the sources that are made from the code. The others are written by hand. */
export function diagramDocuments(): [path: string, text: string][] {
  const workers = readWorkers()
  return [
    workersDiagram(workers),
    queuesDiagram(workers),
    orderStates(),
    paymentStates(),
    reservationStates(),
  ].map(({ path, text }) => [path, text])
}
