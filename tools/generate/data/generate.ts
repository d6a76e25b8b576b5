import { readWorkers } from '../../wiring/workers.ts'
import { databases } from './databases.ts'
import { objectStores } from './objects.ts'
import { type DataFacts, dataPage } from './page.ts'
import { readSamples } from './samples.ts'

export function dataFacts(): DataFacts {
  const workers = readWorkers()
  return {
    workers,
    databases: databases(),
    objects: objectStores(workers),
    samples: readSamples(),
  }
}

/** docs/data.md */
export function dataDocuments(): [path: string, text: string][] {
  return [['docs/data.md', dataPage(dataFacts())]]
}
