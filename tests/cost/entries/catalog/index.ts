import catalog, * as classes from '../../../../workers/catalog/src/index.ts'
import { countedEntrypoint, countedHandler, countedObject } from '../../seam/worker.ts'

export * from '../../../../workers/catalog/src/index.ts'
export default countedHandler('catalog', catalog)
export const CatalogRpc = countedEntrypoint('CatalogRpc', classes.CatalogRpc)
export const OutboxRelay = countedObject('OutboxRelay', classes.OutboxRelay)
