import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * What mostly waits, for holds, alarms and queues, is begun first: what computes fills the cores meanwhile.
 * The longest come first, so that none is left to run alone at the end. Files of one project stay
 * together, or its Workers would be started again for each.
 */
const WAITING = [
  'tests/cost/',
  'tests/faults/prover.test.ts',
  'tests/faults/',
  'tests/system/dead-letters.test.ts',
  'tests/system/audit.test.ts',
  'tests/system/faults.test.ts',
  'tests/system/',
  'tools/deploy/',
  'tools/',
]

export class WaitingFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((a, b) => rank(a) - rank(b))
  }
}

function rank({ moduleId }: TestSpecification): number {
  const index = WAITING.findIndex((path) => moduleId.includes(`/${path}`))
  return index === -1 ? WAITING.length : index
}
